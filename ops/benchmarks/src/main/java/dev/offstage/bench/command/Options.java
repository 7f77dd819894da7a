package dev.offstage.bench.command;

import dev.offstage.bench.contender.Workplace;
import dev.offstage.bench.report.Report;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What every command that runs Offstage's applications may be told. */
final class Options {
  private static final Path WORK = Path.of("ops/benchmarks/target/jobs");

  @Option(names = "--quick", description = "a short look, at a small scale")
  private boolean quick;

  @Option(
      names = "--log",
      defaultValue = "info",
      description = "log level of the applications (${DEFAULT-VALUE}, as they are shipped)")
  private String log = "info";

  @Option(
      names = "--set",
      paramLabel = "NAME=VALUE",
      description = "a property of Offstage's applications, to see what it changes")
  private Map<String, String> properties = new LinkedHashMap<>();

  @Option(names = "--json", description = "writes all figures to that file")
  private @Nullable Path json;

  @Option(names = "--jfr", description = "keeps a recording of each process in that directory")
  private @Nullable Path recordings;

  boolean isQuick() {
    return quick;
  }

  /** What was asked for; else what a short or a whole look takes. */
  int orElse(@Nullable Integer asked, int whole, int quickly) {
    return asked != null ? asked : quick ? quickly : whole;
  }

  Workplace place() {
    return new Workplace(WORK, recordings);
  }

  /** Properties of Offstage's applications. */
  Map<String, String> properties() {
    properties.putIfAbsent("logging.level.root", log);
    return properties;
  }

  /** Prints a report, and writes it where that was asked for. */
  void finish(Report report) throws IOException {
    report.note("PostgreSQL with fsync; a payload of 100 bytes; logs at " + log + "." + changes());
    report.finish(json);
  }

  private String changes() {
    var changed = new LinkedHashMap<>(properties);
    changed.remove("logging.level.root");
    return changed.isEmpty() ? "" : " With " + changed + ".";
  }

  /** Says how far it has come. */
  static void say(String line) {
    System.err.println(line);
  }
}
