package dev.offstage.scheduler.console.dashboard;

import dev.offstage.audit.Act;
import dev.offstage.audit.Actor;
import dev.offstage.audit.Audit;
import dev.offstage.audit.Outcome;
import dev.offstage.problem.ProblemException;
import dev.offstage.problem.ProblemType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.springframework.http.HttpHeaders;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * The dashboard, where its pages expect it: they ask for {@code /dashboard}, {@code /api} and
 * {@code /sse} at the root. Whoever is let through to here has logged in; those who only look are
 * let through to GET alone.
 */
@RestController
class DashboardController {
  private final Forwarding forwarding;
  private final Audit audit;

  DashboardController(Forwarding forwarding, Audit audit) {
    this.forwarding = forwarding;
    this.audit = audit;
  }

  @GetMapping({"/dashboard", "/dashboard/**", "/api/**", "/sse/**"})
  void look(HttpServletRequest request, HttpServletResponse response)
      throws IOException, InterruptedException {
    forwarding.forward(request, response, status -> {});
  }

  /** Runs are JobRunr's to try again or to leave; schedules are not, as they would come back. */
  @PostMapping("/api/jobs/**")
  void requeue(Actor actor, HttpServletRequest request, HttpServletResponse response)
      throws IOException, InterruptedException {
    act(actor, request, response);
  }

  @DeleteMapping({"/api/jobs/**", "/api/problems/**"})
  void delete(Actor actor, HttpServletRequest request, HttpServletResponse response)
      throws IOException, InterruptedException {
    act(actor, request, response);
  }

  @PostMapping("/api/recurring-jobs/**")
  void trigger(Actor actor, HttpServletRequest request) {
    throw elsewhere(actor, request);
  }

  @DeleteMapping("/api/recurring-jobs/**")
  void forget(Actor actor, HttpServletRequest request) {
    throw elsewhere(actor, request);
  }

  private ProblemException elsewhere(Actor actor, HttpServletRequest request) {
    var why = "Schedules are run, paused and changed at /ops/v1/schedules, or on the page /ops.";
    audit.refused(actor, act(request), Outcome.REFUSED, why);
    return ProblemType.FORBIDDEN.because(why);
  }

  private static Act act(HttpServletRequest request) {
    return Act.of("dashboard", request.getMethod() + " " + request.getRequestURI());
  }

  private void act(Actor actor, HttpServletRequest request, HttpServletResponse response)
      throws IOException, InterruptedException {
    var by = new Actor(actor.name(), actor.via().equals("page") ? "dashboard" : actor.via());
    if (actor.via().equals("page") && !isFromHere(request)) {
      var why = "The request does not come from the dashboard's page.";
      audit.refused(by, act(request), Outcome.REFUSED, why);
      throw ProblemType.FORBIDDEN.because(why);
    }
    var known = new AtomicBoolean();
    try {
      forwarding.forward(
          request,
          response,
          status -> {
            known.set(true);
            note(by, act(request), status);
          });
    } catch (IOException e) {
      if (!known.get()) {
        audit.refused(by, act(request), Outcome.FAILED, "its outcome is unknown: " + e);
      }
      throw e;
    }
  }

  private void note(Actor by, Act act, int status) {
    if (status < 400) {
      audit.done(by, act, Map.of("status", status));
    } else {
      audit.refused(by, act, Outcome.FAILED, "status " + status);
    }
  }

  /** Browsers say whence a request comes, and no page can make them say otherwise. */
  private static boolean isFromHere(HttpServletRequest request) {
    var site = request.getHeader("Sec-Fetch-Site");
    if (site != null) {
      return site.equals("same-origin");
    }
    var origin = request.getHeader(HttpHeaders.ORIGIN);
    var host = request.getHeader(HttpHeaders.HOST);
    return origin != null && host != null && origin.endsWith("://" + host);
  }
}
