package dev.offstage.ingest.enqueue;

import dev.offstage.body.Bodies;
import dev.offstage.body.BodyBytes;
import dev.offstage.body.JsonText;
import dev.offstage.problem.ProblemException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** NDJSON: one item a line, by LF or CRLF; empty lines are none. A line that is broken is alone. */
public final class LineItems implements BatchItems {
  private final BodyBytes in;
  private final byte[] buffer = new byte[16 * 1024];
  private int at;
  private int end;

  public LineItems(BodyBytes in) {
    this.in = in;
  }

  @Override
  public @Nullable Item next() {
    try {
      while (true) {
        var line = new ByteArrayOutputStream(256);
        boolean more = readLine(line);
        if (line.size() > Bodies.MAX_JOB) {
          return Item.bad(
              Bodies.TOO_LARGE.because("The line is longer than " + Bodies.MAX_JOB + " bytes."));
        }
        var bytes = line.toByteArray();
        if (!isBlank(bytes)) {
          return parsed(bytes);
        }
        if (!more) {
          return null;
        }
      }
    } catch (BodyBytes.TooLargeException e) {
      return Item.end(Bodies.TOO_LARGE.because("The body is larger than this API accepts."));
    } catch (IOException e) {
      return Item.end(Bodies.cutOff(e));
    }
  }

  private static Item parsed(byte[] line) {
    try {
      return Item.of(JsonText.parse(line));
    } catch (ProblemException e) {
      return Item.bad(e);
    }
  }

  /** Reads up to the line's end, keeping no more than shows that it is too long. */
  private boolean readLine(ByteArrayOutputStream line) throws IOException {
    while (true) {
      if (at == end) {
        at = 0;
        end = Math.max(0, in.read(buffer, 0, buffer.length));
        if (end == 0) {
          return false;
        }
      }
      int from = at;
      while (at < end && buffer[at] != '\n') {
        at++;
      }
      int room = Bodies.MAX_JOB + 1 - line.size();
      line.write(buffer, from, Math.min(at - from, room));
      if (at < end) {
        at++;
        return true;
      }
    }
  }

  private static boolean isBlank(byte[] line) {
    for (byte b : line) {
      if (b != ' ' && b != '\t' && b != '\r') {
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean isDrained() {
    for (int i = at; i < end; i++) {
      if (buffer[i] == '\n') {
        return false;
      }
    }
    return in.isDrained();
  }
}
