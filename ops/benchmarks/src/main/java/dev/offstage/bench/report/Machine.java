package dev.offstage.bench.report;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;

/** What figures are worth nothing without. */
record Machine(
    String commit, String date, int cores, String processor, long memoryGibibytes, String java) {
  private static final long GIBIBYTE = 1L << 30;

  static Machine here() throws IOException {
    return new Machine(
        readCommit(),
        LocalDate.now(ZoneOffset.UTC).toString(),
        Runtime.getRuntime().availableProcessors(),
        readProcessor(),
        readMemory(),
        Runtime.version().toString());
  }

  String text() {
    return "Commit %s, %s; %d cores of %s, %d GiB; Java %s."
        .formatted(commit, date, cores, processor, memoryGibibytes, java);
  }

  /** With a plus where files have changed since. */
  private static String readCommit() throws IOException {
    var process =
        new ProcessBuilder("git", "describe", "--always", "--abbrev=10", "--dirty=+")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    var text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    return text.isEmpty() ? "unknown" : text;
  }

  private static long readMemory() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize()
        / GIBIBYTE;
  }

  private static String readProcessor() throws IOException {
    try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("an unknown processor");
    }
  }
}
