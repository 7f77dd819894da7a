package dev.offstage.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Locale;

/** What the fault tests counted, as rows of the table in {@code ops/docs/faults.md}. */
final class FaultFigures {
  private static final Path FILE = Path.of("target", "faults.md");

  private FaultFigures() {}

  /**
   * One fault.
   *
   * @param accepted jobs accepted from its strike on, until the next
   * @param asItMust of those, how many ended as they must; filled in at the end
   * @param ranAgain runs beyond those that the scripts need
   * @param back from the strike until a job that was accepted after it had ended
   * @param recovered from the strike until every job accepted before had ended
   */
  record Row(
      String fault, int accepted, int asItMust, int ranAgain, Duration back, Duration recovered) {

    Row withAsItMust(int jobs) {
      return new Row(fault, accepted, jobs, ranAgain, back, recovered);
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "| %s | %,d | %,d | %d | %.1f s | %.1f s |",
          fault,
          accepted,
          asItMust,
          ranAgain,
          back.toMillis() / 1000.0,
          recovered.toMillis() / 1000.0);
    }
  }

  /** Adds lines to {@code target/faults.md}. */
  static void write(Iterable<?> lines) {
    var text = new StringBuilder();
    lines.forEach(line -> text.append(line).append('\n'));
    try {
      Files.writeString(FILE, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
