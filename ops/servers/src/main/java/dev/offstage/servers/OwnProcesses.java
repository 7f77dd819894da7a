package dev.offstage.servers;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Finds the processes that we, or a JVM before us, started for a data directory.
 *
 * <p>Each carries the directory in its environment from its first instruction on, so there is no
 * moment at which a kill -9 of their parent could leave one that is not found, and no other program
 * can be taken for one, whatever files it has open or names on its command line.
 */
final class OwnProcesses {
  private static final String MARK = "OFFSTAGE_SERVER_DIRECTORY";

  private OwnProcesses() {}

  static void mark(Map<String, String> environment, Path directory) {
    environment.put(MARK, directory.toString());
  }

  static List<ProcessHandle> of(Path directory) {
    var mark = MARK + "=" + directory;
    long self = ProcessHandle.current().pid();
    try (Stream<Path> entries = Files.list(Path.of("/proc"))) {
      return entries
          .filter(entry -> entry.getFileName().toString().chars().allMatch(Character::isDigit))
          .filter(entry -> environment(entry).anyMatch(mark::equals))
          .map(entry -> Long.parseLong(entry.getFileName().toString()))
          .filter(pid -> pid != self)
          .flatMap(pid -> ProcessHandle.of(pid).stream())
          .toList();
    } catch (IOException e) {
      throw new ServerFailedException("cannot list processes: these servers need Linux's /proc", e);
    }
  }

  /** Kill -9 for all of them and their children; returns once none is left. */
  static void end(Path directory) {
    var doomed =
        of(directory).stream()
            .flatMap(process -> Stream.concat(Stream.of(process), process.descendants()))
            .distinct()
            .toList();
    doomed.forEach(ProcessHandle::destroyForcibly);
    for (var process : doomed) {
      try {
        process.onExit().get(10, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ServerFailedException("interrupted while ending " + process.pid(), e);
      } catch (Exception e) {
        throw new ServerFailedException("process " + process.pid() + " survives kill -9", e);
      }
    }
  }

  private static Stream<String> environment(Path process) {
    try {
      var text = Files.readString(process.resolve("environ"), StandardCharsets.ISO_8859_1);
      return Arrays.stream(text.split("\0"));
    } catch (IOException e) {
      return Stream.empty(); // gone, or another user's
    }
  }
}
