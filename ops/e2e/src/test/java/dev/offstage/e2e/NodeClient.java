package dev.offstage.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Runs real clients on Node, with the scripts of {@code src/test/js}. */
public final class NodeClient {
  private static final Path SOURCES = Path.of("src/test/js");

  /** Test processes run beside each other, and each installs for itself. */
  private static final Path INSTALLED =
      Path.of("target", "js-" + System.getProperty("surefire.forkNumber", "1"));

  private NodeClient() {}

  /** What the script saw; its requests are each {@code METHOD status}. */
  record Result(JsonNode json) {
    URI url() {
      return URI.create(json.path("url").asString());
    }

    UUID asset() {
      return UUID.fromString(json.path("asset").asString());
    }

    UUID job() {
      return UUID.fromString(json.path("job").asString());
    }

    List<String> requests() {
      var requests = new ArrayList<String>();
      json.path("requests").forEach(request -> requests.add(request.asString()));
      return requests;
    }

    long number(String note) {
      assertThat(json.has(note)).as("%s in %s", note, json).isTrue();
      return json.path(note).asLong();
    }
  }

  /** Runs a script; what it says in its last line. */
  public static JsonNode script(String name, String... arguments) {
    install();
    var command = new ArrayList<>(List.of("node", name));
    command.addAll(List.of(arguments));
    var out = run(180, command.toArray(String[]::new));
    return new JsonMapper().readTree(out.strip().lines().reduce("", (before, line) -> line));
  }

  static Result run(String scenario, URI base, String token, Path file) {
    install();
    var out =
        run(
            180,
            "node",
            "tus.mjs",
            scenario,
            base.resolve("/files").toString(),
            token,
            file.toAbsolutePath().toString());
    var last = out.strip().lines().reduce("", (before, line) -> line);
    return new Result(new JsonMapper().readTree(last));
  }

  /** Sends events with the real @segment/analytics-node; answers what it says of them. */
  static JsonNode segment(URI host, String writeKey, int events, String prefix, long skewMillis) {
    install();
    var out =
        run(
            240,
            "node",
            "segment.mjs",
            host.toString(),
            writeKey,
            Integer.toString(events),
            prefix,
            Long.toString(skewMillis));
    return new JsonMapper().readTree(out.strip().lines().reduce("", (before, line) -> line));
  }

  /** Installs the clients, in exactly the locked versions, unless that was done before. */
  private static synchronized void install() {
    try {
      Files.createDirectories(INSTALLED);
      var lock = Files.readAllBytes(SOURCES.resolve("package-lock.json"));
      var done = INSTALLED.resolve("node_modules/.installed");
      boolean current = Files.exists(done) && Arrays.equals(Files.readAllBytes(done), lock);
      try (var sources = Files.list(SOURCES)) {
        for (var source : sources.filter(Files::isRegularFile).toList()) {
          Files.copy(
              source, INSTALLED.resolve(source.getFileName()), StandardCopyOption.REPLACE_EXISTING);
        }
      }
      if (!current) {
        run(300, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund");
        Files.write(done, lock);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String run(int seconds, String... command) {
    try {
      var output = Files.createTempFile(INSTALLED, "output", ".log");
      var process =
          new ProcessBuilder(command)
              .directory(INSTALLED.toFile())
              .redirectErrorStream(true)
              .redirectInput(Path.of("/dev/null").toFile())
              .redirectOutput(output.toFile())
              .start();
      boolean ended = process.waitFor(seconds, TimeUnit.SECONDS);
      if (!ended) {
        process.destroyForcibly().waitFor();
      }
      var said = Files.readString(output);
      Files.delete(output);
      assertThat(ended && process.exitValue() == 0)
          .as("%s ends well within %s s; it said:%n%s", String.join(" ", command), seconds, said)
          .isTrue();
      return said;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
