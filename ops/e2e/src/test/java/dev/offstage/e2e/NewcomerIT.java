package dev.offstage.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offstage.servers.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.FileSystemUtils;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a newcomer does: clone, {@code ops/run}, and use what it says. */
class NewcomerIT {
  private static final Path PROJECT = Path.of("../..").toAbsolutePath().normalize();
  private static final Path CLONE = Path.of("target", "clone").toAbsolutePath();
  private static final Set<String> NOT_IN_A_CLONE =
      Set.of(".git", "target", "node_modules", ".offstage");

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path directory;

  @SuppressWarnings("NullAway.Init")
  private Process running;

  @BeforeEach
  void cloneTheProject() throws IOException {
    FileSystemUtils.deleteRecursively(CLONE);
    Files.walkFileTree(
        PROJECT,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path from, BasicFileAttributes attributes)
              throws IOException {
            if (NOT_IN_A_CLONE.contains(String.valueOf(from.getFileName()))) {
              return FileVisitResult.SKIP_SUBTREE;
            }
            Files.createDirectories(CLONE.resolve(PROJECT.relativize(from)));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path from, BasicFileAttributes attributes)
              throws IOException {
            if (attributes.isRegularFile() && !NOT_IN_A_CLONE.contains(from.getFileName() + "")) {
              Files.copy(
                  from,
                  CLONE.resolve(PROJECT.relativize(from)),
                  StandardCopyOption.COPY_ATTRIBUTES);
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }

  @AfterEach
  void end() {
    running.destroy();
    await("it ends", () -> !running.isAlive());
  }

  @Test
  @Timeout(value = 20, unit = TimeUnit.MINUTES)
  void aCloneRunsKeepsItsDataOverAKillAndLeavesNothingBehind() throws Exception {
    var first = run("first", "--console-port=0");
    assertShowsItsRollUp(first);
    runTheLinesOf("analytics.md", first);
    var photo = Photos.bytes(Photos.phone());
    var api = api(first);
    var accepted = api.upload(photo);
    Photos.assertDone(api, accepted.asset(), accepted.job(), photo);

    var another = start("another", "--no-demo", "--console-port=0");
    assertThat(another.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(another.exitValue()).isNotZero();
    assertThat(Files.readString(output("another"))).doesNotContain("\tat ");

    running.destroyForcibly().waitFor();
    var second = run("second", "--no-demo", "--console-port=0");
    Photos.assertDone(api(second), accepted.asset(), accepted.job(), photo);

    running.destroy();
    assertThat(running.waitFor(1, TimeUnit.MINUTES)).isTrue();
    Stream.of(first, second)
        .flatMap(ready -> Stream.of("api", "ops", "postgres", "rabbitmq", "redis").map(ready::path))
        .map(url -> URI.create(url.asString().replaceFirst("^jdbc:", "")).getPort())
        .forEach(port -> assertThat(Ports.isFree(port)).as("port %d", port).isTrue());
  }

  /** Its demonstration ends with a roll-up, and says where an operator sees it. */
  private void assertShowsItsRollUp(JsonNode ready) throws IOException {
    var seeIt = Pattern.compile("see it +(\\S+)(/ops/v1/executions/\\d+)");
    await("the demonstration is over", () -> seeIt.matcher(text("first")).find());
    var said = seeIt.matcher(text("first"));
    assertThat(said.find()).isTrue();
    assertThat(said.group(1)).isEqualTo(ready.path("console").asString());
    var operator = new Api(URI.create(said.group(1)), ready.path("operatorToken").asString());
    assertThat(operator.json(said.group(2)).path("state").asString()).isEqualTo("COMPLETED");
    assertThat(text("first")).contains("webhook job.completed", "who came back");
  }

  /**
   * Runs a page's shell lines that call the API, as they stand there but for hosts, key and the id
   * of a reject. What is not answered with success ends them; the live counter goes on until it is
   * cut.
   */
  private void runTheLinesOf(String page, JsonNode ready) throws Exception {
    var api = ready.path("api").asString();
    assertThat(
            shell(
                "nobody's",
                "curl -su \"$writes:\" %s/v1/track -d '{\"event\": \"Bought\"}'".formatted(api),
                ready))
        .isZero();
    await("the reject is there", () -> !rejects(ready).isEmpty());
    var script =
        new StringBuilder(
            """
            set -e
            curl() {
              local status=0
              command curl --fail-with-body --max-time 10 "$@" || status=$?
              case " $* " in *" -sN "*) [ $status -eq 28 ] ;; *) return $status ;; esac
            }
            """);
    var blocks = Pattern.compile("```bash\n(.*?)```", Pattern.DOTALL);
    blocks
        .matcher(Files.readString(CLONE.resolve("ops/docs").resolve(page)))
        .results()
        .map(found -> found.group(1))
        .filter(block -> block.contains("curl") && !block.contains("kafka"))
        .forEach(script::append);
    var lines =
        script
            .toString()
            .replace("http://127.0.0.1:8080", api)
            .replace("https://example.com", "https://nobody.invalid") // events do go there
            .replace("/ID/", "/" + rejects(ready).get(0).path("id").asString() + "/");
    int status = shell(page, lines, ready);
    assertThat(status).as(text(page)).isZero();
    assertThat(text(page)).contains("Order Completed", "event:");
  }

  private int shell(String name, String lines, JsonNode ready) throws Exception {
    var builder = new ProcessBuilder("bash", "-c", lines).redirectErrorStream(true);
    builder.environment().put("key", ready.path("apiKey").asString());
    builder.environment().put("writes", ready.path("writeKey").asString());
    var shell = builder.redirectOutput(output(name).toFile()).start();
    assertThat(shell.waitFor(3, TimeUnit.MINUTES)).as(name + " ends").isTrue();
    return shell.exitValue();
  }

  private static JsonNode rejects(JsonNode ready) throws IOException {
    return api(ready).json("/v1/analytics/rejects?limit=1").path("rejects");
  }

  private String text(String name) {
    try {
      return Files.readString(output(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Api api(JsonNode ready) {
    return new Api(URI.create(ready.path("api").asString()), ready.path("apiKey").asString());
  }

  /** Starts it and waits until it says that it is ready, and how it is reached. */
  private JsonNode run(String name, String... options) throws IOException {
    running = start(name, options);
    var ready = readyFile(name);
    await("ops/run is ready", () -> Files.exists(ready) || !running.isAlive());
    assertThat(ready).as(Files.readString(output(name))).exists();
    return new JsonMapper().readTree(Files.readString(ready));
  }

  private Process start(String name, String... options) throws IOException {
    var command = new ArrayList<>(List.of(options));
    command.addAll(
        0,
        List.of(
            CLONE.resolve("ops/run").toString(),
            "--data=" + directory.resolve("data"),
            "--ready-file=" + readyFile(name),
            "--api-port=0",
            "--ops-port=0",
            "--postgres-port=0",
            "--rabbitmq-port=0",
            "--redis-port=0"));
    return new ProcessBuilder(command)
        .redirectInput(Path.of("/dev/null").toFile())
        .redirectErrorStream(true)
        .redirectOutput(output(name).toFile())
        .start();
  }

  private Path readyFile(String name) {
    return directory.resolve(name + ".json");
  }

  private Path output(String name) {
    return directory.resolve(name + ".log");
  }

  private static void await(String what, java.util.concurrent.Callable<Boolean> condition) {
    Awaitility.await(what)
        .atMost(Duration.ofMinutes(12))
        .pollInterval(Duration.ofMillis(200))
        .until(condition);
  }
}
