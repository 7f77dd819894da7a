package dev.offstage.bench.http;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One kept-alive connection to an API on this machine, for one thread at a time. */
public final class HttpConnection implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 60_000;

  /** Shorter than the server's patience with a connection that is not used. */
  private static final long MAX_IDLE = Duration.ofSeconds(20).toNanos();

  private final int port;
  private final String key;
  private @Nullable Socket socket;
  private @Nullable InputStream in;
  private long usedAt;

  /**
   * An answer.
   *
   * @param body as it came, all of it
   */
  public record Answer(int status, byte[] body) {
    public String text() {
      return new String(body, StandardCharsets.UTF_8);
    }

    /** This answer, which must have that status. */
    public Answer mustBe(int expected) throws IOException {
      if (status != expected) {
        throw new IOException("status " + status + " (expected: " + expected + "): " + text());
      }
      return this;
    }
  }

  /**
   * @param key an API key
   */
  public HttpConnection(int port, String key) {
    this.port = port;
    this.key = key;
  }

  public Answer get(String path) throws IOException {
    return exchange(head("GET", path) + "\r\n", new byte[0]);
  }

  public Answer post(String path, String type, byte[] body) throws IOException {
    var head = head("POST", path);
    return exchange(
        head + "Content-Type: " + type + "\r\nContent-Length: " + body.length + "\r\n\r\n", body);
  }

  private String head(String method, String path) {
    return "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAuthorization: Bearer %s\r\n"
        .formatted(method, path, port, key);
  }

  private Answer exchange(String head, byte[] body) throws IOException {
    var stream = open();
    try {
      var request = new ByteArrayOutputStream(head.length() + body.length);
      request.writeBytes(head.getBytes(StandardCharsets.ISO_8859_1));
      request.writeBytes(body);
      request.writeTo(connected().getOutputStream());
      return answer(stream);
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  private InputStream open() throws IOException {
    if (in != null && System.nanoTime() - usedAt > MAX_IDLE) {
      close();
    }
    if (in == null) {
      var fresh = new Socket(InetAddress.getLoopbackAddress(), port);
      fresh.setTcpNoDelay(true);
      fresh.setSoTimeout(PATIENCE_MILLIS);
      socket = fresh;
      in = new BufferedInputStream(fresh.getInputStream(), 1 << 14);
    }
    return in;
  }

  private Socket connected() throws IOException {
    if (socket == null) {
      throw new IOException("not connected");
    }
    return socket;
  }

  private Answer answer(InputStream stream) throws IOException {
    int status = Integer.parseInt(line(stream), 9, 12, 10);
    int length = 0;
    boolean chunked = false;
    boolean last = false;
    for (var field = line(stream); !field.isEmpty(); field = line(stream)) {
      int colon = field.indexOf(':');
      var value = field.substring(colon + 1).strip();
      switch (field.substring(0, colon).toLowerCase(Locale.ROOT)) {
        case "content-length" -> length = Integer.parseInt(value);
        case "transfer-encoding" -> chunked = value.equalsIgnoreCase("chunked");
        case "connection" -> last = value.equalsIgnoreCase("close");
        default -> {}
      }
    }
    var body = chunked ? chunks(stream) : stream.readNBytes(length);
    usedAt = System.nanoTime();
    if (last) {
      close();
    }
    return new Answer(status, body);
  }

  private static byte[] chunks(InputStream stream) throws IOException {
    var body = new ByteArrayOutputStream();
    for (int size = -1; size != 0; ) {
      size = Integer.parseInt(line(stream), 16);
      body.writeBytes(stream.readNBytes(size));
      line(stream); // after a chunk, and after the last one
    }
    return body.toByteArray();
  }

  private static String line(InputStream stream) throws IOException {
    var line = new StringBuilder();
    for (int c = stream.read(); c != '\n'; c = stream.read()) {
      if (c < 0) {
        throw new EOFException("the server has closed the connection");
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  @Override
  public void close() {
    try (var closing = socket) {
      socket = null;
      in = null;
    } catch (IOException e) {
      return; // it is gone either way
    }
  }
}
