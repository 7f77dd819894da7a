package dev.offstage.bench;

import dev.offstage.servers.Servers;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** The worker and the scheduler, in a process of their own, asked line by line. */
final class IntegrationsProcess implements AutoCloseable {
  private final Process process;
  private final BufferedReader answers;
  private final BufferedWriter questions;

  /**
   * @param work a directory for its files
   */
  IntegrationsProcess(Path work) throws IOException {
    process =
        new ProcessBuilder(command(work)).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    answers = process.inputReader(StandardCharsets.UTF_8);
    questions = process.outputWriter(StandardCharsets.UTF_8);
    answer();
  }

  private static List<String> command(Path work) throws IOException {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                IntegrationsServer.class.getName(),
                "--spring.main.web-application-type=none",
                "--logging.level.root=error",
                "--offstage.outbound.allowed-hosts=127.0.0.1",
                "--offstage.secrets.keys=" + key(),
                "--offstage.blob.directory=" + Files.createTempDirectory(work, "blobs")));
    Servers.shared()
        .springProperties(true, true)
        .forEach((name, value) -> command.add("--" + name + "=" + value));
    return command;
  }

  /** Without one, a worker leaves webhooks and calls to others. */
  private static String key() {
    var key = new byte[32];
    new SecureRandom().nextBytes(key);
    return "bench:" + Base64.getEncoder().encodeToString(key);
  }

  String ask(String question) throws IOException {
    questions.write(question + "\n");
    questions.flush();
    return answer();
  }

  private String answer() throws IOException {
    for (var line = answers.readLine(); line != null; line = answers.readLine()) {
      if (line.startsWith("OK ")) {
        return line.substring(3);
      }
    }
    throw new IOException("the worker ended (expected: an answer)");
  }

  @Override
  public void close() {
    process.destroy();
  }
}
