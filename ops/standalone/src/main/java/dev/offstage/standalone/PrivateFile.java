package dev.offstage.standalone;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.Supplier;

/** Files that only this user can read, for what holds secrets. */
final class PrivateFile {
  private PrivateFile() {}

  /** What was kept there, or else what is made now and kept. */
  static String ensure(Path file, Supplier<String> content) throws IOException {
    if (!Files.exists(file)) {
      write(file, content.get());
    }
    return Files.readString(file);
  }

  /** Whoever looks sees the file whole or not at all. */
  static void write(Path file, String content) throws IOException {
    var owner = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    var directory = file.toAbsolutePath().getParent();
    var fresh = Files.createTempFile(directory, "." + file.getFileName(), ".new", owner);
    try {
      Files.writeString(fresh, content);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }
}
