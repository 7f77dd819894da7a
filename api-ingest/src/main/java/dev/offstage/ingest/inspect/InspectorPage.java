package dev.offstage.ingest.inspect;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** The page. It holds nothing; whoever opens it gives an API key, which stays in the tab. */
@RestController
@Tag(name = "Events inspector")
class InspectorPage {
  private static final MediaType HTML = new MediaType("text", "html", StandardCharsets.UTF_8);

  private final String page = read();
  private final SecureRandom random = new SecureRandom();

  private static String read() {
    try (var in = InspectorPage.class.getResourceAsStream("inspector.html")) {
      if (in == null) {
        throw new IllegalStateException("inspector.html is missing beside the class");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Operation(operationId = "openInspector", summary = "The inspector as a page")
  @GetMapping(path = "/inspector", produces = MediaType.TEXT_HTML_VALUE)
  ResponseEntity<String> page() {
    var bytes = new byte[18];
    random.nextBytes(bytes);
    var nonce = Base64.getEncoder().encodeToString(bytes);
    return ResponseEntity.ok()
        .contentType(HTML)
        .cacheControl(CacheControl.noStore())
        .header(
            "Content-Security-Policy",
            "default-src 'none'; connect-src 'self'; base-uri 'none'; form-action 'none';"
                + " frame-ancestors 'none'; style-src 'nonce-%1$s'; script-src 'nonce-%1$s'"
                    .formatted(nonce))
        .header("Referrer-Policy", "no-referrer")
        .body(page.replace("{nonce}", nonce));
  }
}
