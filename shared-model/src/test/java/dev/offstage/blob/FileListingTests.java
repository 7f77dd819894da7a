package dev.offstage.blob;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileListingTests {
  @TempDir Path root;

  private void file(String path) throws IOException {
    var file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "x");
  }

  private List<String> list(@Nullable BlobKey after, int names) throws IOException {
    var listing = new FileListing(root, after, names);
    var all = new ArrayList<String>();
    for (var page = listing.next(3); !page.isEmpty(); page = listing.next(3)) {
      page.forEach(blob -> all.add(blob.key().path()));
    }
    return all;
  }

  @Test
  void aDirectoryOfManyFilesIsListedInPieces() throws IOException {
    for (int i = 10; i < 60; i++) {
      file("upload/" + i);
    }
    var all = list(null, 4);
    assertThat(all).hasSize(50).isSorted().doesNotHaveDuplicates();
    assertThat(list(new BlobKey("upload/33"), 4)).isEqualTo(all.subList(24, 50));
  }

  @Test
  void whatIsNoBlobIsNotListed() throws IOException {
    file(".unfinished/half");
    file(".locks");
    file("README.txt");
    file("upload/UPPER");
    file("upload/one");
    file("variant/a/b/1.webp");
    assertThat(list(null, 100)).containsExactly("upload/one", "variant/a/b/1.webp");
  }

  @Test
  void anEmptyStoreHasNone() throws IOException {
    assertThat(list(null, 100)).isEmpty();
    assertThat(list(new BlobKey("upload/gone"), 100)).isEmpty();
  }
}
