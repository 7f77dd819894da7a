package dev.offstage.servers;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A private Redis. It keeps its data, at most a second behind. */
public final class RedisServer extends Server {
  public RedisServer(Path directory, int port) {
    super("redis", directory, port);
  }

  /** Such as {@code redis://:secret@127.0.0.1:6379}. */
  public String url() {
    return "redis://:%s@127.0.0.1:%d".formatted(password(), port());
  }

  @Override
  void prepare() throws IOException {
    Files.createDirectories(data());
    // A process title of its own would overwrite the environment that we know our processes by.
    writePrivately(
        configuration(),
        """
        bind 127.0.0.1
        port %d
        requirepass %s
        dir "%s"
        appendonly yes
        save ""
        daemonize no
        set-proc-title no
        """
            .formatted(port(), password(), data()));
  }

  @Override
  ProcessBuilder command() throws IOException {
    return inOwnSession(List.of(Binaries.redis().toString(), configuration().toString()));
  }

  @Override
  boolean answers() {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port()), 500);
      socket.setSoTimeout(500);
      var ask = "AUTH " + password() + "\r\nPING\r\n";
      socket.getOutputStream().write(ask.getBytes(StandardCharsets.US_ASCII));
      var answer = socket.getInputStream().readNBytes("+OK\r\n+PONG".length());
      return new String(answer, StandardCharsets.US_ASCII).equals("+OK\r\n+PONG");
    } catch (IOException e) {
      return false;
    }
  }

  private Path configuration() {
    return directory().resolve("redis.conf");
  }
}
