package dev.offstage.scheduler.console.auth;

import dev.offstage.scheduler.console.FormKey;
import dev.offstage.scheduler.console.Pages;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** The log-in page. */
@RestController
class LoginPage {
  @GetMapping(path = ConsoleRefusals.LOGIN, produces = MediaType.TEXT_HTML_VALUE)
  ResponseEntity<String> page(HttpServletRequest request, FormKey key) {
    boolean later = request.getParameter("later") != null;
    var said =
        later
            ? "<p role=\"alert\">Too many attempts. Try again in a quarter of an hour.</p>"
            : request.getParameter("failed") != null
                ? "<p role=\"alert\">That is not a name and its password.</p>"
                : "";
    return Pages.page(
        later ? HttpStatus.TOO_MANY_REQUESTS : HttpStatus.OK,
        "Log in",
        """
        <h1>Offstage · operators</h1>
        %s
        <form method="post" action="%s">
          %s
          <label for="name">Name</label>
          <input id="name" name="name" autocomplete="username" autocapitalize="none" required autofocus>
          <label for="password">Password</label>
          <input id="password" name="password" type="password" autocomplete="current-password" required>
          <button class="main">Log in</button>
        </form>
        """
            .formatted(said, ConsoleRefusals.LOGIN, key.html()));
  }
}
