package dev.offstage.scheduler.console.page;

import static dev.offstage.scheduler.console.Pages.text;

import dev.offstage.operator.Operator;
import dev.offstage.operator.Role;
import dev.offstage.scheduler.console.FormKey;
import dev.offstage.scheduler.console.Pages;
import java.net.URI;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** The first page: how things stand, what is done by the clock, what ran, and who did what. */
@RestController
class OverviewPage {
  private final Standing standing;
  private final SchedulesSection schedules;
  private final BatchesSection batches;
  private final AuditSection audit;

  OverviewPage(
      Standing standing, SchedulesSection schedules, BatchesSection batches, AuditSection audit) {
    this.standing = standing;
    this.schedules = schedules;
    this.batches = batches;
    this.audit = audit;
  }

  @GetMapping("/")
  ResponseEntity<Void> root() {
    return ResponseEntity.status(HttpStatus.SEE_OTHER).location(URI.create("/ops")).build();
  }

  @GetMapping(path = "/ops", produces = MediaType.TEXT_HTML_VALUE)
  ResponseEntity<String> page(Operator who, FormKey key) {
    var forms = new Forms(key, who.role().compareTo(Role.OPERATOR) >= 0);
    return Pages.page(
        HttpStatus.OK,
        "Operators",
        navigation(who, key)
            + standing.html()
            + schedules.html(forms)
            + batches.html(forms)
            + audit.html());
  }

  private static String navigation(Operator who, FormKey key) {
    return """
    <nav><strong>Offstage</strong><a href="/dashboard">Runs and retries</a>
    <a href="/ops/v1/executions">Executions</a><a href="/ops/v1/rules">Rules</a>
    <a href="/ops/v1/workers">Workers</a><a href="#audit">Audit</a>
    <span class="dim">%s, %s</span>
    <form method="post" action="/ops/logout">%s<button>Log out</button></form></nav>
    """
        .formatted(text(who.name()), text(who.role().text()), key.html());
  }
}
