package dev.offstage.bench;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/** Uploads with as little work as a client can do, so that the server is measured. */
final class TusClient {
  private record Answer(int status, String location) {}

  private final int port;
  private final String common;

  TusClient(int port, String key) {
    this.port = port;
    common =
        "Host: localhost:%d\r\nConnection: close\r\nTus-Resumable: 1.0.0\r\nAuthorization: Bearer %s\r\n"
            .formatted(port, key);
  }

  /** Creates an upload and sends {@code chunk} as often as it takes. */
  void upload(long length, byte[] chunk) throws IOException {
    var created =
        send("POST /files", "Upload-Length: " + length + "\r\nContent-Length: 0\r\n", chunk, 0);
    var path = created.location().replaceFirst("https?://[^/]+", "");
    for (long offset = 0; offset < length; offset += chunk.length) {
      int size = (int) Math.min(chunk.length, length - offset);
      var headers =
          "Content-Type: application/offset+octet-stream\r\nUpload-Offset: %d\r\nContent-Length: %d\r\n"
              .formatted(offset, size);
      send("PATCH " + path, headers, chunk, size);
    }
  }

  /** Each on a connection of its own: no server's idea of an idle one matters then. */
  private Answer send(String target, String headers, byte[] body, int size) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setTcpNoDelay(true);
      var head = target + " HTTP/1.1\r\n" + common + headers + "\r\n";
      var out = socket.getOutputStream();
      out.write(head.getBytes(StandardCharsets.US_ASCII));
      out.write(body, 0, size);
      out.flush();
      var answer = answer(socket.getInputStream());
      if (answer.status() / 100 != 2) {
        throw new IOException(target + ": " + answer.status() + " (expected: 2xx)");
      }
      return answer;
    }
  }

  private static Answer answer(InputStream in) throws IOException {
    var lines = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1).split("\r\n");
    if (!lines[0].startsWith("HTTP/1.1 ")) {
      throw new EOFException("no answer");
    }
    var location =
        Arrays.stream(lines)
            .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("location:"))
            .map(line -> line.substring("location:".length()).strip())
            .findFirst();
    return new Answer(Integer.parseInt(lines[0].split(" ")[1]), location.orElse(""));
  }
}
