package dev.offstage.bench;

import ch.qos.logback.classic.Level;
import dev.offstage.bench.jobs.Jobs;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/** {@code ops/bench jobs}. */
final class JobsBench {
  private JobsBench() {}

  public static void main(String[] arguments) {
    // What it has to say, it says itself.
    ((ch.qos.logback.classic.Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME))
        .setLevel(Level.WARN);
    System.exit(new CommandLine(new Jobs()).execute(arguments));
  }
}
