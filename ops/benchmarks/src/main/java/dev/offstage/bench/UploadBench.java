package dev.offstage.bench;

import dev.offstage.bench.report.Report;
import dev.offstage.servers.Servers;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Uploads over tus, MB a second and peak memory: 1 GB in chunks of 8 MB, and 200 uploads of 5 MB at
 * once; our ingest API with its PostgreSQL, and the reference server {@code @tus/server} with its
 * file store. Rounds take turns. Ours forces each chunk to disk and commits its offset before it
 * answers; the reference server does neither.
 */
final class UploadBench {
  private static final int MB = 1 << 20;
  private static final int ROUNDS = 3;
  private static final int CROWD = 200;
  private static final Path WORK = Path.of("ops/benchmarks/target/upload");

  private record Competitor(String name, Process process, int port, String key, Path files) {

    /** The most memory that the process ever had resident, in MB. */
    long peak() throws IOException {
      try (var lines = Files.lines(Path.of("/proc/" + process.pid() + "/status"))) {
        return lines
            .filter(line -> line.startsWith("VmHWM:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
            .findFirst()
            .orElse(-1);
      }
    }
  }

  private interface Load {
    long run(Competitor server) throws Exception;
  }

  private UploadBench() {}

  public static void main(String[] arguments) {
    Launch.run(new Uploads(), arguments);
  }

  @Command(
      name = "ops/bench upload",
      mixinStandardHelpOptions = true,
      description = "Uploads over tus, MB a second, beside @tus/server; needs Node.js and npm.")
  private static final class Uploads implements Callable<Integer> {
    @Option(names = "--json", description = "writes all figures to that file")
    private @Nullable Path json;

    @Override
    public Integer call() throws Exception {
      Files.createDirectories(WORK);
      installReference();
      var report = new Report("upload");
      measure("1 GB in 8 MB chunks", UploadBench::big, report);
      measure(CROWD + " uploads of 5 MB at once", UploadBench::crowd, report);
      report.compare("Offstage");
      report.finish(json);
      return 0;
    }
  }

  private static void measure(String title, Load load, Report report) throws Exception {
    var ours = offstage();
    var theirs = reference();
    try {
      for (int round = 0; round <= ROUNDS; round++) {
        for (var server : List.of(ours, theirs)) {
          long from = System.nanoTime();
          long bytes = load.run(server);
          double rate = bytes / (double) MB / ((System.nanoTime() - from) / 1e9);
          if (round > 0) { // the first warms up
            report.figures().add(title, "MB/s", server.name(), rate);
          }
          deleteFiles(server.files());
        }
      }
      for (var server : List.of(ours, theirs)) {
        report.figures("peak memory").add(title, "MB", server.name(), server.peak());
      }
    } finally {
      ours.process().destroy();
      theirs.process().destroy();
    }
  }

  private static byte[] noise(int size) {
    var bytes = new byte[size];
    new Random(1).nextBytes(bytes);
    return bytes;
  }

  private static long big(Competitor server) throws IOException {
    new TusClient(server.port(), server.key()).upload(1024L * MB, noise(8 * MB));
    return 1024L * MB;
  }

  private static long crowd(Competitor server) throws Exception {
    var chunk = noise(5 * MB);
    Callable<Void> one =
        () -> {
          new TusClient(server.port(), server.key()).upload(chunk.length, chunk);
          return null;
        };
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var all = new ArrayList<Callable<Void>>();
      for (int i = 0; i < CROWD; i++) {
        all.add(one);
      }
      for (var each : threads.invokeAll(all)) {
        each.get();
      }
    }
    return (long) CROWD * chunk.length;
  }

  private static void deleteFiles(Path directory) throws IOException {
    try (var files = Files.list(directory)) {
      for (var file : files.toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static Competitor offstage() throws IOException {
    var blobs = Files.createTempDirectory(WORK, "blobs");
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                UploadServer.class.getName(),
                "--server.port=0",
                "--server.address=127.0.0.1",
                "--management.server.port=-1",
                "--logging.level.root=error",
                "--offstage.blob.directory=" + blobs,
                "--offstage.urls.signing-key=" + Base64.getEncoder().encodeToString(new byte[32])));
    Servers.shared()
        .springProperties(false, false)
        .forEach((name, value) -> command.add("--" + name + "=" + value));
    return start("Offstage", blobs.resolve("upload"), command);
  }

  private static Competitor reference() throws IOException {
    var files = Files.createTempDirectory(WORK, "reference");
    return start(
        "@tus/server",
        files,
        List.of("node", WORK.resolve("tus-server.mjs").toString(), files.toString()));
  }

  private static void installReference() throws IOException, InterruptedException {
    try (var script = UploadBench.class.getResourceAsStream("tus-server.mjs")) {
      if (script == null) {
        throw new IllegalStateException("tus-server.mjs is missing");
      }
      Files.write(WORK.resolve("tus-server.mjs"), script.readAllBytes());
    }
    var npm =
        new ProcessBuilder(
                "npm",
                "install",
                "--silent",
                "--no-audit",
                "--no-fund",
                "--prefix",
                WORK.toString(),
                "@tus/server@2.4.5",
                "@tus/file-store@2.1.1")
            .inheritIO()
            .start();
    if (npm.waitFor() != 0) {
      throw new IOException("npm install failed; its words are above (expected: Node.js and npm)");
    }
  }

  private static Competitor start(String name, Path files, List<String> command)
      throws IOException {
    var process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    var output = process.inputReader(StandardCharsets.UTF_8);
    for (var line = output.readLine(); line != null; line = output.readLine()) {
      if (line.startsWith("READY ")) {
        var words = line.split(" ");
        drain(output);
        return new Competitor(name, process, Integer.parseInt(words[1]), words[2], files);
      }
    }
    throw new IOException(name + " did not start: " + Arrays.toString(command.toArray()));
  }

  /** A full pipe would stop the process. */
  private static void drain(BufferedReader output) {
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                output.transferTo(Writer.nullWriter());
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
  }
}
