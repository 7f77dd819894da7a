package dev.offstage.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One private server: a process of this JVM, on loopback, with a data directory that outlives it.
 *
 * <p>Whoever starts one has its directory to itself. A start first ends what an earlier JVM, killed
 * with -9, left running on the same directory. The process is in a session of its own, so that a
 * Ctrl-C in the terminal does not reach it; it is stopped when this JVM shuts down.
 */
public abstract sealed class Server implements AutoCloseable
    permits PostgresServer, RabbitServer, RedisServer {
  private static final Logger log = LoggerFactory.getLogger(Server.class);
  private static final Duration START = Duration.ofSeconds(90);
  private static final Duration STOP = Duration.ofSeconds(20);
  private static final int PACE_MILLIS = 40;

  private final String name;
  private final Path directory;
  private final boolean anyPort;
  private int port;
  private @Nullable Process process;
  private @Nullable DirectoryLock lock;

  /**
   * @param directory its own; made if missing
   * @param port where it listens; 0 for any free one
   */
  Server(String name, Path directory, int port) {
    this.name = name;
    this.directory = ownDirectory(directory);
    this.anyPort = port == 0;
    this.port = anyPort ? Ports.free() : port;
  }

  /** Makes what the server needs before its process starts; called at each start. */
  abstract void prepare() throws IOException, InterruptedException;

  abstract ProcessBuilder command() throws IOException;

  /** Whether a client would be served now. */
  abstract boolean answers();

  /** Asks the process to end in good order. */
  void askToStop(Process running) throws IOException, InterruptedException {
    running.destroy();
  }

  /** Whether a start that failed so may be tried again at once. */
  boolean isPassing(String lastOutput) {
    return false;
  }

  /** Starts and waits until it serves. Does nothing while it runs. */
  public final synchronized void start() {
    if (isRunning()) {
      return;
    }
    ShutdownHook.register(this);
    try {
      takeDirectory();
      OwnProcesses.end(directory);
      launchUntilReady();
    } catch (IOException e) {
      throw new ServerFailedException(name + " did not start: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ServerFailedException("interrupted while " + name + " started", e);
    }
  }

  private void takeDirectory() throws IOException {
    if (lock == null) {
      lock =
          DirectoryLock.tryTake(directory)
              .orElseThrow(() -> new ServerFailedException(name + " already runs on " + directory));
    }
  }

  private void launchUntilReady() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + START.toNanos();
    for (int tries = 1; ; tries++) {
      if (!Ports.isFree(port)) {
        if (!anyPort || tries > 3) {
          throw new PortInUseException(name, port);
        }
        port = Ports.free();
      }
      prepare();
      if (launch(deadline)) {
        return;
      }
      var output = lastOutput();
      if (tries > 20 || !isPassing(output)) {
        throw new ServerFailedException(
            "%s ended while it started; the end of %s says:%n%s"
                .formatted(name, logFile(), output));
      }
    }
  }

  /** Whether it came to serve; false when it ended by itself. */
  private boolean launch(long deadline) throws IOException, InterruptedException {
    rotateLog();
    var builder = command();
    OwnProcesses.mark(builder.environment(), directory);
    var started =
        builder
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(logFile().toFile())
            .start();
    process = started;
    while (!started.waitFor(PACE_MILLIS, TimeUnit.MILLISECONDS)) {
      if (answers()) {
        log.debug("{} listens on {}, process {}", name, port, started.pid());
        return true;
      }
      if (System.nanoTime() > deadline) {
        kill();
        throw new ServerFailedException(
            "%s did not serve within %s; see %s".formatted(name, START, logFile()));
      }
    }
    return false;
  }

  /** Stops in good order and lets go of the directory. Does nothing where it does not run. */
  public final synchronized void stop() {
    try {
      end(false);
    } finally {
      ShutdownHook.forget(this);
      releaseDirectory();
    }
  }

  /** Kill -9, for it and all its processes; the directory stays ours until {@link #stop()}. */
  public final synchronized void kill() {
    end(true);
  }

  /**
   * {@link #stop()} or, after a {@link #kill()}, nothing, and then {@link #start()} on the same
   * port.
   */
  public final synchronized void restart() {
    end(false);
    start();
  }

  private void end(boolean atOnce) {
    var running = process;
    try {
      if (running != null && running.isAlive() && !atOnce) {
        askToStop(running);
        if (!running.waitFor(STOP.toMillis(), TimeUnit.MILLISECONDS)) {
          log.warn("{} did not stop within {}; it is killed", name, STOP);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      if (running != null) {
        OwnProcesses.end(directory);
      }
      process = null;
    }
  }

  private void releaseDirectory() {
    try (var held = lock) {
      lock = null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public final void close() {
    stop();
  }

  public final synchronized boolean isRunning() {
    return process != null && process.isAlive();
  }

  /** The process that a fault test would kill. */
  public final synchronized long pid() {
    if (process == null) {
      throw new ServerFailedException(name + " does not run");
    }
    return process.pid();
  }

  public final int port() {
    return port;
  }

  public final Path directory() {
    return directory;
  }

  /** Such as {@code postgres}. */
  public final String name() {
    return name;
  }

  /** What the server says, since its last start. */
  public final Path logFile() {
    return directory.resolve("log");
  }

  final Path data() {
    return directory.resolve("data");
  }

  /** The password of this server, made once. Only this user can read it. */
  final String password() {
    var file = directory.resolve("password");
    try {
      if (Files.exists(file)) {
        return Files.readString(file);
      }
      var random = new byte[16];
      new SecureRandom().nextBytes(random);
      var password = HexFormat.of().formatHex(random);
      writePrivately(file, password);
      return password;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes the file whole or not at all. */
  static void writePrivately(Path file, String content) throws IOException {
    var owner = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    var fresh = Files.createTempFile(file.toAbsolutePath().getParent(), ".new", "", owner);
    Files.writeString(fresh, content);
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private void rotateLog() throws IOException {
    if (Files.exists(logFile())) {
      Files.move(logFile(), directory.resolve("log.previous"), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private String lastOutput() throws IOException {
    var bytes = Files.readAllBytes(logFile());
    int from = Math.max(0, bytes.length - 4_000);
    return new String(bytes, from, bytes.length - from, StandardCharsets.UTF_8);
  }

  /** Away from the terminal's signals, where the system can. */
  static ProcessBuilder inOwnSession(List<String> command) {
    var whole = new ArrayList<String>();
    if (Files.isExecutable(Path.of("/usr/bin/setsid"))) {
      whole.add("/usr/bin/setsid");
    }
    whole.addAll(command);
    return new ProcessBuilder(whole);
  }

  private static Path ownDirectory(Path directory) {
    try {
      Files.createDirectories(directory);
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
      return directory.toRealPath();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
