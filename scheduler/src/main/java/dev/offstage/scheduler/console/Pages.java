package dev.offstage.scheduler.console;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.util.HtmlUtils;

/** Pages of plain HTML: one frame, no script, nothing from elsewhere. */
public final class Pages {
  private static final MediaType HTML = new MediaType("text", "html", StandardCharsets.UTF_8);
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final String FRAME = read();

  private Pages() {}

  private static String read() {
    try (var in = Pages.class.getResourceAsStream("frame.html")) {
      if (in == null) {
        throw new IllegalStateException("frame.html is missing beside the class");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Text as HTML. */
  public static String text(Object value) {
    return HtmlUtils.htmlEscape(String.valueOf(value));
  }

  /**
   * A page.
   *
   * @param body HTML
   */
  public static ResponseEntity<String> page(HttpStatus status, String title, String body) {
    var bytes = new byte[18];
    RANDOM.nextBytes(bytes);
    var nonce = Base64.getEncoder().encodeToString(bytes);
    return ResponseEntity.status(status)
        .contentType(HTML)
        .cacheControl(CacheControl.noStore())
        .header(
            "Content-Security-Policy",
            "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none';"
                + " img-src data:; style-src 'nonce-"
                + nonce
                + "'")
        .header("Referrer-Policy", "same-origin")
        .body(
            FRAME
                .replace("{nonce}", nonce)
                .replace("{title}", text(title))
                .replace("{body}", body));
  }
}
