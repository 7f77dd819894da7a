package dev.offstage.ingest.upload;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** HTTP/1.1 byte by byte, so that requests can be as wrong, slow or short as a test needs them. */
final class RawHttp {
  private final int port;

  RawHttp(int port) {
    this.port = port;
  }

  record Answer(int status, Map<String, String> headers, String body) {
    Optional<String> header(String name) {
      return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
    }

    String offset() {
      return header("Upload-Offset").orElse("none");
    }

    String location() {
      return header("Location").orElseThrow(() -> new AssertionError("no Location: " + this));
    }

    /** Of the upload's URL, the part that a request line has. */
    String path() {
      return location().replaceFirst("https?://[^/]+", "");
    }
  }

  /** One request on a connection of its own. {@code headers} are {@code "Name: value"} each. */
  Answer send(String method, String path, byte[] body, String... headers) {
    try (var connection = open(method, path, headers)) {
      connection.write(body);
      return connection.answer();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Answer send(String method, String path, String... headers) {
    return send(method, path, new byte[0], headers);
  }

  /** Sends the head of a request; its body, and when it breaks off, is the test's affair. */
  Connection open(String method, String path, String... headers) throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(60_000);
    socket.setTcpNoDelay(true);
    var head = new StringBuilder(method + " " + path + " HTTP/1.1\r\n");
    if (Arrays.stream(headers).noneMatch(each -> each.startsWith("Host:"))) {
      head.append("Host: localhost:").append(port).append("\r\n");
    }
    for (var header : headers) {
      head.append(header).append("\r\n");
    }
    head.append("\r\n");
    var connection =
        new Connection(socket, new BufferedInputStream(socket.getInputStream()), method);
    connection.write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
    return connection;
  }

  record Connection(Socket socket, InputStream in, String method) implements AutoCloseable {
    void write(byte[] bytes) throws IOException {
      try {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
      } catch (IOException e) {
        // The server may answer and close before it was sent everything.
        if (in.available() == 0) {
          throw e;
        }
      }
    }

    void chunk(byte[] bytes) throws IOException {
      write((Integer.toHexString(bytes.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
      write(bytes);
      write("\r\n".getBytes(StandardCharsets.US_ASCII));
    }

    void lastChunk() throws IOException {
      write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    }

    Answer answer() throws IOException {
      var status = line();
      while (status.startsWith("HTTP/1.1 1")) {
        while (!line().isEmpty()) {
          continue;
        }
        status = line();
      }
      var headers = new TreeMap<String, String>();
      for (var line = line(); !line.isEmpty(); line = line()) {
        int colon = line.indexOf(':');
        headers.merge(
            line.substring(0, colon).toLowerCase(Locale.ROOT),
            line.substring(colon + 1).strip(),
            (a, b) -> a + ", " + b);
      }
      int code = Integer.parseInt(status.split(" ")[1]);
      return new Answer(code, headers, body(headers));
    }

    private String body(Map<String, String> headers) throws IOException {
      if (!method.equals("HEAD") && headers.containsKey("transfer-encoding")) {
        return chunks();
      }
      var length = headers.get("content-length");
      if (method.equals("HEAD") || length == null) {
        return "";
      }
      return new String(in.readNBytes(Integer.parseInt(length)), StandardCharsets.UTF_8);
    }

    private String chunks() throws IOException {
      var body = new StringBuilder();
      for (int size = Integer.parseInt(line(), 16); size > 0; size = Integer.parseInt(line(), 16)) {
        body.append(new String(in.readNBytes(size), StandardCharsets.UTF_8));
        line();
      }
      return body.toString();
    }

    String line() throws IOException {
      var line = new StringBuilder();
      for (int c = in.read(); c != '\n'; c = in.read()) {
        if (c < 0) {
          throw new IOException("connection closed after: " + line);
        }
        if (c != '\r') {
          line.append((char) c);
        }
      }
      return line.toString();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
