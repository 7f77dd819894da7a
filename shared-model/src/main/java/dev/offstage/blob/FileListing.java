package dev.offstage.blob;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The blobs of a directory in the order of their names, level by level, from behind one of them. A
 * directory is looked through for so many names at a time, so that one with millions of files takes
 * no more memory than that; what comes or goes meanwhile may or may not be seen.
 */
final class FileListing implements BlobListing {
  /** Names of a directory that are held at once. */
  private static final int NAMES = 20_000;

  private final Path root;
  private final int names;
  private final Deque<Level> levels = new ArrayDeque<>();

  FileListing(Path root, @Nullable BlobKey after) {
    this(root, after, NAMES);
  }

  FileListing(Path root, @Nullable BlobKey after, int names) {
    this.root = root;
    this.names = names;
    var directory = root;
    levels.push(new Level(directory, ""));
    if (after != null) {
      for (var part : after.path().split("/", -1)) {
        levels.element().last = part;
        directory = directory.resolve(part);
        levels.push(new Level(directory, ""));
      }
    }
  }

  @Override
  public List<StoredBlob> next(int limit) throws IOException {
    var found = new ArrayList<StoredBlob>();
    while (found.size() < limit && !levels.isEmpty()) {
      var level = levels.element();
      var name = level.next();
      if (name == null) {
        levels.pop();
      } else {
        visit(level.directory.resolve(name), found);
      }
    }
    return found;
  }

  private void visit(Path path, List<StoredBlob> found) throws IOException {
    try {
      var attributes = Files.readAttributes(path, BasicFileAttributes.class);
      if (attributes.isDirectory()) {
        levels.push(new Level(path, ""));
      } else if (attributes.isRegularFile()) {
        var key =
            root.relativize(path).toString().replace(path.getFileSystem().getSeparator(), "/");
        if (BlobKey.isOne(key)) {
          found.add(blob(new BlobKey(key), attributes));
        }
      }
    } catch (NoSuchFileException e) {
      return; // it went while we looked
    }
  }

  static StoredBlob blob(BlobKey key, BasicFileAttributes attributes) {
    return new StoredBlob(key, attributes.size(), attributes.lastModifiedTime().toInstant());
  }

  /** A directory, up to where it has been listed. */
  private final class Level {
    private final Path directory;
    private String last;
    private List<String> window = List.of();
    private int at;
    private boolean whole;

    Level(Path directory, String last) {
      this.directory = directory;
      this.last = last;
    }

    @Nullable String next() throws IOException {
      if (at == window.size() && !whole) {
        look();
      }
      if (at == window.size()) {
        return null;
      }
      last = window.get(at++);
      return last;
    }

    /** The first names behind the last one. */
    private void look() throws IOException {
      var first = new TreeSet<String>();
      whole = true;
      try (var entries = Files.newDirectoryStream(directory)) {
        for (var entry : entries) {
          var name = String.valueOf(entry.getFileName());
          if (name.startsWith(".") || name.compareTo(last) <= 0) {
            continue;
          }
          first.add(name);
          if (first.size() > names) {
            first.pollLast();
            whole = false;
          }
        }
      } catch (DirectoryIteratorException e) {
        throw e.getCause();
      } catch (NoSuchFileException | NotDirectoryException e) {
        // Gone, or a file: the blob behind which a listing begins is one itself.
      }
      window = List.copyOf(first);
      at = 0;
    }
  }
}
