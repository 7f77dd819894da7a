package dev.offstage.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileBlobStoreTests extends BlobStoreContract {

  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

  @TempDir Path temporary;
  private FileBlobStore store;

  @BeforeEach
  void open() throws IOException {
    store = new FileBlobStore(temporary.resolve("deep/blobs"), InstantSource.fixed(NOW));
  }

  @AfterEach
  void close() throws IOException {
    store.close();
  }

  @Override
  BlobStore store() {
    return store;
  }

  @Test
  void onlyItsOwnerMaySeeTheFiles() throws IOException {
    var id = UUID.randomUUID();
    write(BlobKey.upload(id), 0, "abc");
    store.put(new BlobKey("variant/x.webp"), new byte[1]);
    assertThat(permissions("deep/blobs")).isEqualTo("rwx------");
    assertThat(permissions("deep/blobs/upload")).isEqualTo("rwx------");
    assertThat(permissions("deep/blobs/upload/" + id)).isEqualTo("rw-------");
    assertThat(permissions("deep/blobs/variant/x.webp")).isEqualTo("rw-------");
  }

  private String permissions(String path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(temporary.resolve(path)));
  }

  @Test
  void aFailedConcatLeavesNothingBehind() throws IOException {
    var missing = BlobKey.upload(UUID.randomUUID());
    assertThatThrownBy(() -> store.concat(BlobKey.upload(UUID.randomUUID()), List.of(missing)))
        .isInstanceOf(BlobMissingException.class);
    try (var files = Files.list(temporary.resolve("deep/blobs/.unfinished"))) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void removesWhatKilledProcessesLeftHalfWritten() throws IOException {
    var old = temporary.resolve("deep/blobs/.unfinished/old");
    var young = temporary.resolve("deep/blobs/.unfinished/young");
    Files.writeString(old, "x");
    Files.writeString(young, "x");
    Files.setLastModifiedTime(old, FileTime.from(NOW.minus(Duration.ofHours(25))));
    Files.setLastModifiedTime(young, FileTime.from(NOW.minus(Duration.ofHours(23))));
    store.close();
    open();
    assertThat(old).doesNotExist();
    assertThat(young).exists();
  }

  @Test
  void saysWhatIsWrongWithItsDirectory() throws IOException {
    var file = Files.writeString(temporary.resolve("file"), "x");
    assertThatThrownBy(() -> new FileBlobStore(file, InstantSource.fixed(NOW)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString());
  }

  /** A second process, as a second node would be, killed without a chance to clean up. */
  @Test
  void anotherProcessHoldsTheBlobUntilItDies() throws Exception {
    var key = BlobKey.upload(UUID.randomUUID());
    write(key, 0, "abc");
    var process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                temporary.resolve("deep/blobs").toString(),
                key.path())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      assertThat(process.inputReader(StandardCharsets.UTF_8).readLine()).isEqualTo("held");
      assertThatThrownBy(() -> store.append(key, () -> 3)).isInstanceOf(BlobBusyException.class);
    } finally {
      process.destroyForcibly().waitFor();
    }
    write(key, 3, "def");
    assertThat(content(key)).isEqualTo("abcdef");
  }

  static final class Holder {
    public static void main(String[] args) throws IOException {
      var store = new FileBlobStore(Path.of(args[0]), InstantSource.fixed(NOW));
      var appender = store.append(new BlobKey(args[1]), () -> 3);
      appender.write(bytes("half a chunk"));
      System.out.println("held");
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        throw new UncheckedIOException(new IOException(e));
      }
    }
  }
}
