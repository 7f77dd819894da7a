package dev.offstage.blob;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Blobs as files of one directory, named by their keys.
 *
 * <p>Locks are byte ranges of one lock file that stays open, never locks on the blobs themselves:
 * POSIX drops all of a process's locks on a file as soon as it closes any descriptor of that file,
 * so that merely reading a blob would give it up. The kernel drops them all when the process dies.
 * One store a process and directory, therefore.
 */
public final class FileBlobStore implements BlobStore, Closeable {

  private static final Duration ABANDONED = Duration.ofDays(1);

  private final Path root;
  private final Path unfinished;
  private final FileAttribute<?>[] privateFile;
  private final FileAttribute<?>[] privateDirectory;
  private final FileChannel locks;

  /**
   * @throws IOException if {@code directory} can be neither found nor created, or not be written
   */
  public FileBlobStore(Path directory, InstantSource time) throws IOException {
    root = directory.toAbsolutePath().normalize();
    boolean posix = root.getFileSystem().supportedFileAttributeViews().contains("posix");
    privateFile = posix ? permissions("rw-------") : new FileAttribute<?>[0];
    privateDirectory = posix ? permissions("rwx------") : new FileAttribute<?>[0];
    unfinished = root.resolve(".unfinished");
    createDirectories(unfinished);
    locks = FileChannel.open(root.resolve(".locks"), Set.of(CREATE, WRITE), privateFile);
    removeAbandoned(time);
  }

  private static FileAttribute<?>[] permissions(String text) {
    return new FileAttribute<?>[] {
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(text))
    };
  }

  /** What processes that were killed left half-written; nobody can have been promised it. */
  private void removeAbandoned(InstantSource time) throws IOException {
    var before = time.instant().minus(ABANDONED);
    try (var files = Files.newDirectoryStream(unfinished)) {
      for (var file : files) {
        try {
          if (Files.getLastModifiedTime(file).toInstant().isBefore(before)) {
            Files.deleteIfExists(file);
          }
        } catch (NoSuchFileException e) {
          continue; // another node was quicker
        }
      }
    }
  }

  @Override
  public BlobAppender append(BlobKey key, LongSupplier offset) throws IOException {
    var lock = lock(key);
    try {
      return new FileAppender(key, lock, open(key, offset.getAsLong()));
    } catch (Throwable t) {
      lock.release();
      throw t;
    }
  }

  private FileChannel open(BlobKey key, long offset) throws IOException {
    if (offset < 0) {
      throw new IllegalArgumentException("offset: " + offset + " (expected: >= 0)");
    }
    var path = path(key);
    var channel = offset == 0 ? openOrCreate(path) : openExisting(key, path, WRITE);
    try {
      long size = channel.size();
      if (size < offset) {
        throw new BlobMissingException(key, size + " bytes (expected: at least " + offset + ")");
      }
      if (size > offset) {
        channel.truncate(offset);
      }
      channel.position(offset);
      return channel;
    } catch (Throwable t) {
      channel.close();
      throw t;
    }
  }

  private FileChannel openOrCreate(Path path) throws IOException {
    createDirectories(parent(path));
    try {
      var channel = FileChannel.open(path, Set.of(CREATE_NEW, WRITE), privateFile);
      forceDirectory(parent(path));
      return channel;
    } catch (FileAlreadyExistsException e) {
      return FileChannel.open(path, WRITE);
    }
  }

  private static FileChannel openExisting(BlobKey key, Path path, OpenOption option)
      throws IOException {
    try {
      return FileChannel.open(path, option);
    } catch (NoSuchFileException e) {
      throw new BlobMissingException(key, "there is none");
    }
  }

  @Override
  public SeekableByteChannel read(BlobKey key) throws IOException {
    return openExisting(key, path(key), READ);
  }

  @Override
  public void concat(BlobKey target, List<BlobKey> sources) throws IOException {
    replace(
        target,
        out -> {
          for (var source : sources) {
            try (var in = openExisting(source, path(source), READ)) {
              transfer(in, out);
            }
          }
        });
  }

  private static void transfer(FileChannel in, FileChannel out) throws IOException {
    long size = in.size();
    for (long done = 0; done < size; ) {
      long moved = in.transferTo(done, size - done, out);
      if (moved <= 0) {
        throw new IOException("a blob became shorter while it was copied");
      }
      done += moved;
    }
  }

  @Override
  public void put(BlobKey key, byte[] bytes) throws IOException {
    replace(key, out -> writeFully(out, ByteBuffer.wrap(bytes)));
  }

  /** Writes a file aside, forces it and puts it in its place: it is there whole or not at all. */
  private void replace(BlobKey key, Content content) throws IOException {
    var aside = unfinished.resolve(UUID.randomUUID().toString());
    try {
      try (var out = FileChannel.open(aside, Set.of(CREATE_NEW, WRITE), privateFile)) {
        content.writeTo(out);
        out.force(true);
      }
      var path = path(key);
      createDirectories(parent(path));
      Files.move(aside, path, StandardCopyOption.ATOMIC_MOVE);
      forceDirectory(parent(path));
    } finally {
      Files.deleteIfExists(aside);
    }
  }

  @Override
  public Optional<StoredBlob> find(BlobKey key) throws IOException {
    try {
      var attributes = Files.readAttributes(path(key), BasicFileAttributes.class);
      return Optional.of(FileListing.blob(key, attributes));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  @Override
  public BlobListing list(@Nullable BlobKey after) {
    return new FileListing(root, after);
  }

  @Override
  public void delete(BlobKey key) throws IOException {
    Files.deleteIfExists(path(key));
  }

  /** Ends every appender's exclusiveness; for the end of the process. */
  @Override
  public void close() throws IOException {
    locks.close();
  }

  /** {@link BlobKey} lets nothing through that could name anything outside the directory. */
  private Path path(BlobKey key) {
    return root.resolve(key.path());
  }

  private static Path parent(Path path) {
    var parent = path.getParent();
    if (parent == null) {
      throw new IllegalStateException(path + " has no parent");
    }
    return parent;
  }

  private FileLock lock(BlobKey key) throws IOException {
    try {
      var lock = locks.tryLock(lockPosition(key), 1, false);
      if (lock == null) {
        throw new BlobBusyException(key);
      }
      return lock;
    } catch (OverlappingFileLockException e) {
      throw new BlobBusyException(key);
    }
  }

  /** 62 bits of the key's digest: two keys that share a byte would merely wait for each other. */
  private static long lockPosition(BlobKey key) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      return ByteBuffer.wrap(digest.digest(key.path().getBytes(StandardCharsets.UTF_8))).getLong()
          >>> 2;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Like {@link Files#createDirectories}, but what it creates would survive a loss of power. */
  private void createDirectories(Path directory) throws IOException {
    if (Files.isDirectory(directory)) {
      return;
    }
    createDirectories(parent(directory));
    try {
      Files.createDirectory(directory, privateDirectory);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(directory)) {
        throw e;
      }
    }
    forceDirectory(parent(directory));
  }

  private static void forceDirectory(Path directory) throws IOException {
    try (var channel = FileChannel.open(directory, READ)) {
      channel.force(true);
    }
  }

  private static void writeFully(FileChannel out, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      out.write(bytes);
    }
  }

  @FunctionalInterface
  private interface Content {
    void writeTo(FileChannel out) throws IOException;
  }

  private static final class FileAppender implements BlobAppender {
    private final BlobKey key;
    private final FileLock lock;
    private final FileChannel channel;

    FileAppender(BlobKey key, FileLock lock, FileChannel channel) {
      this.key = key;
      this.lock = lock;
      this.channel = channel;
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
      writeFully(channel, bytes);
    }

    @Override
    public long position() throws IOException {
      return channel.position();
    }

    @Override
    public void force() throws IOException {
      channel.force(false);
    }

    @Override
    public void truncate(long size) throws IOException {
      if (size > channel.position()) {
        throw new IllegalArgumentException(
            "size: "
                + size
                + " of blob "
                + key
                + " (expected: at most "
                + channel.position()
                + ")");
      }
      channel.truncate(size);
      channel.position(size);
    }

    @Override
    public void close() throws IOException {
      try (channel) {
        if (lock.isValid()) {
          lock.release();
        }
      }
    }
  }
}
