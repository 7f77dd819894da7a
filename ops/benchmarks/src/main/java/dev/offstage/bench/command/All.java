package dev.offstage.bench.command;

import dev.offstage.bench.report.Collection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ops/bench all}. */
@Command(
    name = "ops/bench all",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Runs the benches one after the other, and ends with one table of all figures.")
public final class All implements Callable<Integer> {
  private static final Path WORK = Path.of("ops/benchmarks/target/all");

  private static final List<String> ENGINE =
      List.of("jobs", "crash", "search", "http", "fair", "idle", "soak");

  private static final List<String> QUICKLY =
      withOthers(ENGINE, "events", "analytics", "batch", "integrations");

  private static final List<String> NAMES =
      withOthers(ENGINE, "events", "analytics", "batch", "integrations", "media", "upload");

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "NAME",
      description =
          "which: jobs, crash, search, http, fair, idle, soak, events, analytics, batch,"
              + " integrations, media, upload")
  private List<String> only = NAMES;

  @Option(
      names = "--quick",
      description = "a short look at the job engine and at events, at a small scale")
  private boolean quick;

  @Option(names = "--json", description = "writes all figures to that file")
  private @Nullable Path json;

  private static List<String> withOthers(List<String> first, String... others) {
    var all = new ArrayList<>(first);
    all.addAll(List.of(others));
    return List.copyOf(all);
  }

  @Override
  public Integer call() throws Exception {
    Files.createDirectories(WORK);
    var collection = new Collection();
    var failed = new ArrayList<String>();
    for (var name : NAMES) {
      if (!only.contains(name)) {
        continue;
      }
      Options.say("== ops/bench " + name);
      var file = WORK.resolve(name + ".json");
      Files.deleteIfExists(file);
      if (run(name, file) == 0) {
        collection.add(name, file);
      } else {
        failed.add(name);
      }
    }
    System.out.println();
    collection.finish(json);
    failed.forEach(name -> System.out.println("ops/bench " + name + " has failed."));
    return failed.isEmpty() ? 0 : 1;
  }

  /** In a process of its own, which ends with this one. Answers its exit status. */
  private int run(String name, Path file) throws IOException, InterruptedException {
    var main = name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1) + "Bench";
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.offstage.bench." + main,
                "--json",
                file.toString()));
    if (quick && QUICKLY.contains(name)) {
      command.add("--quick");
    }
    var process = new ProcessBuilder(command).inheritIO().start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
    return process.waitFor();
  }
}
