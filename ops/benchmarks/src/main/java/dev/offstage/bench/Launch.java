package dev.offstage.bench;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.concurrent.Callable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/** Runs a command as this process. */
final class Launch {
  private Launch() {}

  static void run(Callable<Integer> command, String[] arguments) {
    // What it has to say, it says itself.
    ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).setLevel(Level.WARN);
    System.exit(new CommandLine(command).execute(arguments));
  }
}
