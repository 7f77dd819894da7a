package dev.offstage.servers;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * The directory of this JVM's test servers. It goes when the JVM ends; what a killed JVM left
 * behind, its servers too, goes when the next one starts.
 */
final class TestDirectory {
  private static @Nullable Path directory;

  private TestDirectory() {}

  static synchronized Path get() {
    if (directory == null) {
      try {
        directory = make();
      } catch (IOException e) {
        throw new ServerFailedException("no directory for the test servers: " + e.getMessage(), e);
      }
    }
    return directory;
  }

  private static Path make() throws IOException {
    var base = base();
    // Held for a moment, so that no other JVM sweeps a directory between its making and its
    // locking.
    try (var channel =
            FileChannel.open(
                base.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        var _ = channel.lock()) {
      sweep(base);
      var made = Files.createTempDirectory(base, "jvm-").toRealPath();
      var lock = DirectoryLock.tryTake(made).orElseThrow();
      ShutdownHook.after(
          () -> {
            try (lock) {
              Directories.delete(made);
            } catch (IOException e) {
              throw new ServerFailedException(made + " stays behind: " + e.getMessage(), e);
            }
          });
      return made;
    }
  }

  private static void sweep(Path base) throws IOException {
    List<Path> left;
    try (var entries = Files.newDirectoryStream(base, "jvm-*")) {
      left = StreamSupport.stream(entries.spliterator(), false).toList();
    }
    for (var old : left) {
      try (var lock = DirectoryLock.tryTake(old).orElse(null)) {
        if (lock != null) {
          for (var server : List.of("postgres", "rabbitmq", "redis")) {
            OwnProcesses.end(old.resolve(server));
          }
          Directories.delete(old);
        }
      }
    }
  }

  /** In the system's place for what may go, readable by this user alone. */
  private static Path base() throws IOException {
    var base =
        Path.of(
            System.getProperty("java.io.tmpdir"),
            "offstage-servers-" + System.getProperty("user.name"));
    if (!Files.exists(base)) {
      Files.createDirectories(
          base, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    var self = System.getProperty("user.name");
    if (Files.isSymbolicLink(base)
        || !Files.getOwner(base, LinkOption.NOFOLLOW_LINKS).getName().equals(self)) {
      throw new IOException(base + " is not a directory of " + self);
    }
    return base.toRealPath();
  }
}
