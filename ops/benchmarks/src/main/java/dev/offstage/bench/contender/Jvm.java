package dev.offstage.bench.contender;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * A process of a contender: a main class of {@code dev.offstage.bench.agent}. It ends when its
 * standard input does, so also when this process is killed.
 */
public final class Jvm implements AutoCloseable {
  private static final int SECONDS_TO_END = 30;
  private static final Map<String, Integer> STARTED = new ConcurrentHashMap<>();

  /** One that is frozen does not see its input end. */
  private static final List<String> DIES_WITH_US =
      Files.isExecutable(Path.of("/usr/bin/setpriv"))
          ? List.of("/usr/bin/setpriv", "--pdeathsig", "KILL", "--")
          : List.of();

  private final String name;
  private final Process process;
  private final Path tally;
  private final BufferedReader answers;
  private final Writer commands;

  private Jvm(String name, Process process, Path tally) {
    this.name = name;
    this.tally = tally;
    this.process = process;
    this.answers = process.inputReader(StandardCharsets.UTF_8);
    this.commands = process.outputWriter(StandardCharsets.UTF_8);
  }

  /** Starts a process; returns once it serves. A second one of that name is called "name 2". */
  public static Jvm start(Workplace place, String role, Class<?> main, List<String> arguments)
      throws IOException {
    int count = STARTED.merge(role, 1, Integer::sum);
    var name = count == 1 ? role : role + " " + count;
    var file = name.replace(' ', '-');
    var tally = place.tally(role.replace(' ', '-'));
    var command = new ArrayList<>(DIES_WITH_US);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(place.options(file));
    command.add("-Dbench.tally=" + tally);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(main.getName());
    command.addAll(arguments);
    var log = place.log(file);
    var process = new ProcessBuilder(command).redirectError(log.toFile()).start();
    var jvm = new Jvm(name, process, tally);
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    try {
      jvm.answer();
    } catch (IOException e) {
      throw new IOException(name + " did not start; see " + log, e);
    }
    return jvm;
  }

  public String name() {
    return name;
  }

  public long pid() {
    return process.pid();
  }

  /** The most memory that it ever had resident, in MiB. */
  public long peakMebibytes() {
    return Usage.peakMebibytes(process.pid());
  }

  /** What it has resident now, in MiB. */
  public long residentMebibytes() {
    return Usage.residentMebibytes(process.pid());
  }

  /** Has it do something; answers with its words. */
  public String[] ask(Object... words) throws IOException {
    var line = new StringBuilder();
    for (var word : words) {
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    commands.append(line).append('\n').flush();
    return answer().split(" ");
  }

  private String answer() throws IOException {
    for (var line = answers.readLine(); line != null; line = answers.readLine()) {
      if (line.equals("ok") || line.startsWith("ok ")) {
        return line.substring(2).strip();
      } else if (line.startsWith("error")) {
        throw new IOException(name + ": " + line);
      }
    }
    throw new IOException(name + " has ended");
  }

  /** Lets it do nothing at all until it is thawed. */
  public void freeze() throws IOException {
    signal("STOP");
  }

  public void thaw() throws IOException {
    signal("CONT");
  }

  private void signal(String name) throws IOException {
    if (!process.isAlive()) {
      return;
    }
    try {
      // The shell's own: not every system has a program of that name.
      var kill = new ProcessBuilder("/bin/sh", "-c", "kill -" + name + " " + process.pid());
      if (kill.start().waitFor() != 0 && process.isAlive()) {
        throw new IOException("kill -" + name + ": " + this.name + " did not take it");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("while " + this.name + " was sent " + name);
    }
  }

  /** How many jobs it and those before it of that name have begun since {@link #resetTally}. */
  public long tally() throws IOException {
    return ByteBuffer.wrap(Files.readAllBytes(tally)).order(ByteOrder.nativeOrder()).getLong();
  }

  public void resetTally() throws IOException {
    try (var file = FileChannel.open(tally, StandardOpenOption.WRITE)) {
      file.write(ByteBuffer.allocate(Long.BYTES), 0);
    }
  }

  /** Kill -9. Returns once it is no more. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() {
    try {
      thaw();
      commands.close();
      if (!process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      process.destroyForcibly(); // it has ended by itself, or as good as
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
