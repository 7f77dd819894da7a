package dev.offstage.standalone;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.offstage.standalone.demo.Api;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** The program that {@code ops/run} starts, as a process of its own. */
class StandaloneIT {
  private static final Duration START = Duration.ofMinutes(4);

  @TempDir Path base;
  private Path data;
  private Path readyFile;
  private final List<Process> started = new ArrayList<>();

  @BeforeEach
  void name() throws IOException {
    data = base.toRealPath().resolve("data");
    readyFile = base.resolve("ready.json");
  }

  @AfterEach
  void endAll() throws InterruptedException {
    for (var process : started) {
      process.destroy();
      if (!process.waitFor(60, SECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    }
  }

  @Test
  void itsDataOutlivesItAndNothingElseDoes() throws Exception {
    var first = start();
    var ready = awaitReady(first);
    assertThat(isKnown(ready.api(), ready.apiKey())).isTrue();
    assertThat(isKnown(ready.api(), ready.token())).isTrue();
    assertThat(isKnown(ready.api(), ready.writeKey())).isTrue();
    assertThat(isKnown(ready.api(), "nonsense")).isFalse();

    var second = start();
    assertThat(second.waitFor(60, SECONDS)).isTrue();
    assertThat(second.exitValue()).isEqualTo(2);
    assertThat(Files.readString(output(second))).contains("another ops/run is already using");
    assertThat(isKnown(ready.api(), ready.apiKey())).as("the first is unharmed").isTrue();

    var children = first.descendants().toList();
    assertThat(children).hasSizeGreaterThanOrEqualTo(3);
    first.destroy(); // as Ctrl-C does
    assertThat(first.waitFor(90, SECONDS)).isTrue();
    assertThat(children).noneMatch(ProcessHandle::isAlive);
    assertThat(Files.readString(output(first))).contains("Stopped.");
    assertThat(processesThatName(data)).isEmpty();

    var again = awaitReady(start());
    assertThat(again.apiKey()).isEqualTo(ready.apiKey());
    assertThat(isKnown(again.api(), ready.apiKey())).isTrue();
    assertThat(isKnown(again.api(), ready.token())).as("yesterday's token").isTrue();
  }

  @Test
  void afterKillNineTheNextStartEndsWhatWasLeftAndFindsTheData() throws Exception {
    var first = start();
    var ready = awaitReady(first);
    var left = first.descendants().toList();
    first.destroyForcibly().waitFor();
    assertThat(left).anyMatch(ProcessHandle::isAlive);

    var again = awaitReady(start());
    assertThat(left).noneMatch(ProcessHandle::isAlive);
    assertThat(isKnown(again.api(), ready.apiKey())).isTrue();
  }

  @Test
  void aPortInUseIsNamedWithTheFlagThatMovesIt() throws Exception {
    try (var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      for (var flag : List.of("--api-port", "--redis-port")) {
        var process = start(flag + "=" + other.getLocalPort());
        assertThat(process.waitFor(90, SECONDS)).isTrue();
        assertThat(process.exitValue()).isNotZero();
        assertThat(Files.readString(output(process)))
            .contains("port " + other.getLocalPort() + " is in use")
            .contains("ops/run " + flag + " PORT");
        assertThat(processesThatName(data)).isEmpty();
      }
    }
  }

  private Process start(String... more) throws IOException {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Standalone.class.getName(),
                "--no-demo",
                "--data=" + data,
                "--ready-file=" + readyFile));
    for (var port : Options.Port.values()) {
      command.add(port.flag() + "=0");
    }
    command.addAll(List.of(more));
    var process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(base.resolve("output-" + started.size()).toFile())
            .start();
    started.add(process);
    return process;
  }

  private Path output(Process process) {
    return base.resolve("output-" + started.indexOf(process));
  }

  private Ready awaitReady(Process process) throws IOException {
    // A file of an earlier run goes before anything is started.
    await()
        .atMost(START)
        .failFast(() -> assertThat(process.isAlive()).as("%s", text(output(process))).isTrue())
        .until(() -> Files.exists(readyFile) && saysUp(process));
    return JsonMapper.builder().build().readValue(Files.readString(readyFile), Ready.class);
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean saysUp(Process process) {
    return text(output(process)).contains("stays up until");
  }

  private static boolean isKnown(String base, String token) throws Exception {
    try (var api = new Api(URI.create(base), token)) {
      return api.isKnown();
    }
  }

  private static List<ProcessHandle> processesThatName(Path directory) {
    return ProcessHandle.allProcesses()
        .filter(process -> process.pid() != ProcessHandle.current().pid())
        .filter(
            process ->
                process
                    .info()
                    .arguments()
                    .map(Stream::of)
                    .orElse(Stream.empty())
                    .anyMatch(argument -> argument.contains(directory.toString())))
        .toList();
  }
}
