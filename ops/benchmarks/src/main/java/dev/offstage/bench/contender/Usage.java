package dev.offstage.bench.contender;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What processes use, as Linux tells it. */
public final class Usage {
  private static final double TICKS = 100; // a second, on every Linux that matters (USER_HZ)

  private static final Map<String, String> SERVERS =
      Map.of("postgres", "PostgreSQL", "beam.smp", "RabbitMQ", "redis-server", "Redis");

  private Usage() {}

  /** CPU seconds of this process's servers so far, by name; ended children count. */
  static Map<String, Double> ofServers() {
    var sum = new TreeMap<String, Double>();
    try (Stream<ProcessHandle> all = ProcessHandle.current().descendants()) {
      all.forEach(
          process -> {
            var stat = stat(process.pid());
            var server = SERVERS.get(stat.command());
            if (server != null) {
              sum.merge(server, stat.seconds(), Double::sum);
            }
          });
    }
    return sum;
  }

  /** CPU seconds of a process so far. */
  static double seconds(long pid) {
    return stat(pid).seconds();
  }

  private record Stat(String command, double seconds) {}

  /** Of one that has just ended, nothing. */
  private static Stat stat(long pid) {
    try {
      var line = Files.readString(Path.of("/proc/" + pid + "/stat"));
      int open = line.indexOf('(');
      int close = line.lastIndexOf(')');
      var words = line.substring(close + 2).split(" ", -1);
      long ticks = 0;
      for (int field = 11; field <= 14; field++) { // utime, stime, cutime, cstime
        ticks += Long.parseLong(words[field]);
      }
      return new Stat(line.substring(open + 1, close), ticks / TICKS);
    } catch (NoSuchFileException e) {
      return new Stat("", 0);
    } catch (IOException e) {
      return gone(pid, e);
    }
  }

  private static Stat gone(long pid, IOException failure) {
    if (ProcessHandle.of(pid).isEmpty()) {
      return new Stat("", 0);
    }
    throw new UncheckedIOException(failure);
  }

  /** The most memory that a process ever had resident, in MiB. */
  static long peakMebibytes(long pid) {
    return mebibytes(pid, "VmHWM:");
  }

  /** What a process has resident, in MiB. */
  static long residentMebibytes(long pid) {
    return mebibytes(pid, "VmRSS:");
  }

  /** What this process's RabbitMQ has resident, in MiB. */
  public static long brokerMebibytes() {
    try (Stream<ProcessHandle> all = ProcessHandle.current().descendants()) {
      return all.filter(process -> stat(process.pid()).command().equals("beam.smp"))
          .mapToLong(process -> residentMebibytes(process.pid()))
          .sum();
    }
  }

  private static long mebibytes(long pid, String field) {
    try (var lines = Files.lines(Path.of("/proc/" + pid + "/status"))) {
      return lines
          .filter(line -> line.startsWith(field))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
