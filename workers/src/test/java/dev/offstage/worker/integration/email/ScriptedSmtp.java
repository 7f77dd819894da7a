package dev.offstage.worker.integration.email;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/** An SMTP server that answers RCPT, DATA's end and AUTH as it is told. */
final class ScriptedSmtp implements AutoCloseable {
  private final ServerSocket socket;
  volatile String toRecipients = "250 ok";
  volatile String toMessage = "250 ok";
  volatile String toLogin = "235 ok";
  final AtomicInteger delivered = new AtomicInteger();

  ScriptedSmtp() {
    try {
      socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return socket.getLocalPort();
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        var client = socket.accept();
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket client) {
    try (client;
        var in =
            new BufferedReader(
                new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8))) {
      say(client, "220 test");
      for (var line = in.readLine(); line != null; line = in.readLine()) {
        if (!answer(client, in, line.toUpperCase(Locale.ROOT))) {
          return;
        }
      }
    } catch (IOException e) {
      // the client went
    }
  }

  private boolean answer(Socket client, BufferedReader in, String line) throws IOException {
    if (line.startsWith("EHLO")) {
      say(client, "250-test\r\n250 AUTH PLAIN");
    } else if (line.startsWith("AUTH")) {
      say(client, toLogin);
    } else if (line.startsWith("RCPT")) {
      say(client, line.contains("GOOD") ? "250 ok" : toRecipients);
    } else if (line.equals("DATA")) {
      say(client, "354 go on");
      for (var text = in.readLine(); !".".equals(text); text = in.readLine()) {
        // the message
      }
      if (toMessage.startsWith("250")) {
        delivered.incrementAndGet();
      }
      say(client, toMessage);
    } else if (line.equals("QUIT")) {
      say(client, "221 bye");
      return false;
    } else {
      say(client, "250 ok");
    }
    return true;
  }

  private static void say(Socket client, String text) throws IOException {
    client.getOutputStream().write((text + "\r\n").getBytes(StandardCharsets.US_ASCII));
    client.getOutputStream().flush();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
