package dev.offstage.ingest.enqueue;

import dev.offstage.body.JsonText;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.springframework.http.MediaType;

/**
 * Writes the answers of a batch in the format of its items.
 *
 * <p>Most HTTP/1.1 clients read nothing before they have sent the whole body. Once the connection's
 * buffers were full of answers, such a client and this server would wait for each other; so while
 * the body is still coming only as much is written as any connection takes, and the rest is held
 * until then.
 */
final class BatchAnswers {
  private static final int EARLY = 48 * 1024;

  private final HttpServletResponse response;
  private final boolean lines;
  private final ByteArrayOutputStream held = new ByteArrayOutputStream();
  private int written;
  private boolean any;

  BatchAnswers(HttpServletResponse response, boolean lines) {
    this.response = response;
    this.lines = lines;
  }

  void add(Object answer) {
    held.writeBytes(JsonText.ascii(lines ? "" : any ? "," : "["));
    held.writeBytes(JsonText.MAPPER.writeValueAsBytes(answer));
    held.writeBytes(JsonText.ascii(lines ? "\n" : ""));
    any = true;
  }

  /** Lets the client see what there is, if it is certain not to block. */
  void show() throws IOException {
    if (held.size() > 0 && written + held.size() <= EARLY) {
      write();
    }
  }

  /** The body has been read. */
  void end() throws IOException {
    if (!lines) {
      held.writeBytes(JsonText.ascii(any ? "]" : "[]"));
    }
    write();
  }

  private void write() throws IOException {
    if (!response.isCommitted()) {
      response.setStatus(HttpServletResponse.SC_OK);
      response.setContentType(
          lines ? MediaType.APPLICATION_NDJSON_VALUE : MediaType.APPLICATION_JSON_VALUE);
    }
    written += held.size();
    held.writeTo(response.getOutputStream());
    held.reset();
    response.flushBuffer();
  }
}
