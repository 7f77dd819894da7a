package dev.offstage.worker.outbound;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A server on loopback that answers each connection as a test says, well or badly. */
final class RawServer implements AutoCloseable {
  /** Answers what came; a connection stays open until it returns. */
  interface Answer {
    void to(String request, OutputStream out) throws Exception;
  }

  private final ServerSocket server;
  private final Answer answer;
  private final boolean listens;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
  private volatile int connections;

  RawServer(Answer answer) throws IOException {
    this(new ServerSocket(0, 100, InetAddress.getLoopbackAddress()), answer);
  }

  RawServer(ServerSocket server, Answer answer) {
    this(server, answer, true);
  }

  private RawServer(ServerSocket server, Answer answer, boolean listens) {
    this.server = server;
    this.answer = answer;
    this.listens = listens;
    Thread.ofVirtual().start(this::accept);
  }

  /** Answers with these bytes. */
  static RawServer answering(String text) throws IOException {
    return new RawServer((request, out) -> out.write(text.getBytes(StandardCharsets.ISO_8859_1)));
  }

  /** Says these bytes at once, whatever comes. */
  static RawServer shouting(String text) throws IOException {
    return new RawServer(
        new ServerSocket(0, 100, InetAddress.getLoopbackAddress()),
        (request, out) -> out.write(text.getBytes(StandardCharsets.ISO_8859_1)),
        false);
  }

  int port() {
    return server.getLocalPort();
  }

  /** Heads and bodies of what came. */
  List<String> requests() {
    return List.copyOf(requests);
  }

  int connections() {
    return connections;
  }

  private void accept() {
    try {
      while (true) {
        var socket = server.accept();
        connections++;
        sockets.add(socket);
        Thread.ofVirtual().start(() -> serve(socket));
      }
    } catch (IOException e) {
      // closed
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      var request = listens ? request(socket) : "";
      requests.add(request);
      answer.to(request, socket.getOutputStream());
    } catch (Exception e) {
      // whoever called has gone
    }
  }

  private static String request(Socket socket) throws IOException {
    var in = socket.getInputStream();
    var bytes = new ByteArrayOutputStream();
    int wanted = -1;
    int next;
    while (wanted != 0 && (next = in.read()) >= 0) {
      bytes.write(next);
      var text = bytes.toString(StandardCharsets.ISO_8859_1);
      if (wanted > 0) {
        wanted--;
      } else if (text.endsWith("\r\n\r\n")) {
        wanted = contentLength(text);
      }
    }
    return bytes.toString(StandardCharsets.ISO_8859_1);
  }

  private static int contentLength(String head) {
    return head.lines()
        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("content-length:"))
        .map(line -> Integer.parseInt(line.substring(15).strip()))
        .findFirst()
        .orElse(0);
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (var socket : sockets) {
      socket.close();
    }
  }
}
