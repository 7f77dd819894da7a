package dev.offstage.bench.contender;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the processes run.
 *
 * @param directory for their logs
 * @param recordings for what JFR records of each; null for nothing
 */
public record Workplace(Path directory, @Nullable Path recordings) {
  /** The same for every process, whoever's it is. */
  private static final List<String> OPTIONS =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:+ExitOnOutOfMemoryError",
          "--enable-native-access=ALL-UNNAMED",
          "-Duser.timezone=UTC");

  public Workplace {
    try {
      Files.createDirectories(directory);
      if (recordings != null) {
        Files.createDirectories(recordings);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<String> options(String process) {
    var options = new ArrayList<>(OPTIONS);
    // What the ingest API keeps for hundreds of connections is more than a worker has in all, but
    // for one that has fetched messages of events ahead.
    boolean large = process.contains("ingest") || process.contains("events");
    options.add(large ? "-Xmx256m" : "-Xmx96m");
    if (recordings != null) {
      var file = recordings.resolve(process + ".jfr");
      options.add("-XX:StartFlightRecording:settings=profile,dumponexit=true,filename=" + file);
    }
    return options;
  }

  /** Where handlers count, so that a crash takes no count away. */
  Path tally(String role) {
    return directory.resolve(role + ".tally");
  }

  Path log(String process) {
    return directory.resolve(process + ".log");
  }
}
