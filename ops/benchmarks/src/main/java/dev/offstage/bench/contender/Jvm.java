package dev.offstage.bench.contender;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A process of a contender: a main class of {@code dev.offstage.bench.agent}. It ends when its
 * standard input does, so also when this process is killed.
 */
public final class Jvm implements AutoCloseable {
  private static final int SECONDS_TO_END = 30;

  private final String name;
  private final Process process;
  private final BufferedReader answers;
  private final Writer commands;

  private Jvm(String name, Process process) {
    this.name = name;
    this.process = process;
    this.answers = process.inputReader(StandardCharsets.UTF_8);
    this.commands = process.outputWriter(StandardCharsets.UTF_8);
  }

  /** Starts a process; returns once it serves. */
  public static Jvm start(Workplace place, String name, Class<?> main, List<String> arguments)
      throws IOException {
    var file = name.replace(' ', '-');
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(place.options(file));
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(main.getName());
    command.addAll(arguments);
    var log = place.log(file);
    var process = new ProcessBuilder(command).redirectError(log.toFile()).start();
    var jvm = new Jvm(name, process);
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

  @Override
  public void close() {
    try {
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
