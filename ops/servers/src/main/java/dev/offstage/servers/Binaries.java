package dev.offstage.servers;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.XZInputStream;

/** The programs that come in Maven artifacts, unpacked once into the user's cache directory. */
final class Binaries {
  private Binaries() {}

  private static @Nullable Path postgres;

  /** The installation's directory, which has {@code bin}. */
  static synchronized Path postgres() throws IOException {
    if (postgres == null) {
      var resource = "postgres-linux-" + architecture("x86_64", "arm_64") + ".txz";
      // Named by the content, so that an upgrade is unpacked anew.
      postgres =
          unpacked("postgres-" + fingerprint(resource), target -> unpackPostgres(target, resource));
    }
    return postgres;
  }

  /** The server's executable. */
  static Path redis() throws IOException {
    var resource = "redis-server-7.0.15-linux-" + architecture("amd64", "arm64");
    return unpacked(resource, target -> unpackRedis(target, resource)).resolve("redis-server");
  }

  private static void unpackPostgres(Path target, String resource) throws IOException {
    try (var packed = resource(resource);
        var tar = new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(packed)))) {
      for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        var path = target.resolve(entry.getName()).normalize();
        if (!path.startsWith(target)) {
          throw new IOException(entry.getName() + " leads out of the archive");
        }
        if (entry.isDirectory()) {
          Files.createDirectories(path);
        } else if (entry.isSymbolicLink()) {
          Files.createDirectories(path.getParent());
          Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
        } else {
          Files.createDirectories(path.getParent());
          Files.copy(tar, path);
          allowToRun(path, (entry.getMode() & 0100) != 0);
        }
      }
    }
  }

  private static void unpackRedis(Path target, String resource) throws IOException {
    try (var packed = resource(resource)) {
      var file = target.resolve("redis-server");
      Files.copy(packed, file);
      allowToRun(file, true);
    }
  }

  private static InputStream resource(String name) throws IOException {
    @Nullable InputStream found = Binaries.class.getResourceAsStream("/" + name);
    if (found == null) {
      throw new IOException(name + " is not on the class path");
    }
    return found;
  }

  private static void allowToRun(Path file, boolean run) throws IOException {
    Files.setPosixFilePermissions(
        file, PosixFilePermissions.fromString(run ? "rwxr-xr-x" : "rw-r--r--"));
  }

  private interface Unpacking {
    void into(Path target) throws IOException;
  }

  /** Unpacked aside and renamed: several JVMs may do it at once, and any may be killed. */
  private static synchronized Path unpacked(String name, Unpacking unpacking) throws IOException {
    var cache = cache();
    var done = cache.resolve(name);
    if (Files.isDirectory(done)) {
      return done;
    }
    Files.createDirectories(cache);
    var fresh = Files.createTempDirectory(cache, name + ".new");
    try {
      unpacking.into(fresh);
      Files.move(fresh, done, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
      // Another JVM was faster.
    } finally {
      Directories.delete(fresh);
    }
    return done;
  }

  private static Path cache() {
    @Nullable String given = System.getenv("XDG_CACHE_HOME");
    var base =
        given == null || given.isBlank()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(given);
    return base.resolve("offstage").toAbsolutePath();
  }

  private static String fingerprint(String resource) throws IOException {
    try (var packed = resource(resource)) {
      var digest = MessageDigest.getInstance("SHA-256").digest(packed.readAllBytes());
      return HexFormat.of().formatHex(digest, 0, 6);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }

  private static String architecture(String intel, String arm) {
    var found = System.getProperty("os.arch");
    if (!System.getProperty("os.name").equals("Linux")) {
      throw new ServerFailedException(
          "no server programs for " + System.getProperty("os.name") + "; only for Linux");
    }
    return switch (found) {
      case "amd64", "x86_64" -> intel;
      case "aarch64", "arm64" -> arm;
      default -> throw new ServerFailedException("no server programs for processor " + found);
    };
  }
}
