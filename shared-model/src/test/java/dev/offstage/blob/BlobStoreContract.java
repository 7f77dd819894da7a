package dev.offstage.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What every {@link BlobStore} keeps. */
abstract class BlobStoreContract {

  abstract BlobStore store();

  private final BlobKey key = BlobKey.upload(UUID.randomUUID());

  static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  String content(BlobKey blob) throws IOException {
    try (var in = Channels.newInputStream(store().read(blob))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  void write(BlobKey blob, long offset, String text) throws IOException {
    try (var appender = store().append(blob, () -> offset)) {
      appender.write(bytes(text));
      appender.force();
    }
  }

  @Test
  void appendsBehindWhatIsThere() throws IOException {
    write(key, 0, "abc");
    try (var appender = store().append(key, () -> 3)) {
      assertThat(appender.position()).isEqualTo(3);
      appender.write(bytes("def"));
      assertThat(appender.position()).isEqualTo(6);
      appender.force();
    }
    assertThat(content(key)).isEqualTo("abcdef");
  }

  @Test
  void cutsOffWhatNobodyWasPromised() throws IOException {
    write(key, 0, "abcdef");
    write(key, 2, "X");
    assertThat(content(key)).isEqualTo("abX");
  }

  @Test
  void truncatesWhileAppending() throws IOException {
    try (var appender = store().append(key, () -> 0)) {
      appender.write(bytes("abcdef"));
      appender.truncate(2);
      assertThat(appender.position()).isEqualTo(2);
      appender.write(bytes("Z"));
      appender.force();
    }
    assertThat(content(key)).isEqualTo("abZ");
  }

  @Test
  void refusesAnOffsetBehindTheEnd() throws IOException {
    write(key, 0, "abc");
    assertThatThrownBy(() -> store().append(key, () -> 4)).isInstanceOf(BlobMissingException.class);
    assertThatThrownBy(() -> store().append(BlobKey.upload(UUID.randomUUID()), () -> 1))
        .isInstanceOf(BlobMissingException.class);
    write(key, 3, "d");
    assertThat(content(key)).isEqualTo("abcd");
  }

  @Test
  void hasOneAppenderAtATime() throws IOException {
    try (var appender = store().append(key, () -> 0)) {
      appender.write(bytes("abc"));
      var asked = new AtomicInteger();
      assertThatThrownBy(() -> store().append(key, asked::getAndIncrement))
          .isInstanceOf(BlobBusyException.class);
      assertThat(asked).hasValue(0);
      appender.force();
    }
    write(key, 3, "d");
    assertThat(content(key)).isEqualTo("abcd");
  }

  @Test
  void readingOrCopyingABlobDoesNotGiveItsAppenderUp() throws IOException {
    try (var appender = store().append(key, () -> 0)) {
      appender.write(bytes("abc"));
      appender.force();
      assertThat(content(key)).isEqualTo("abc");
      store().concat(BlobKey.upload(UUID.randomUUID()), List.of(key));
      assertThatThrownBy(() -> store().append(key, () -> 0)).isInstanceOf(BlobBusyException.class);
    }
  }

  @Test
  void onlyOneOfManyThreadsGetsTheAppender() throws Exception {
    var won = new AtomicInteger();
    var lost = new AtomicInteger();
    var allTried = new CountDownLatch(32);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 32; i++) {
        threads.submit(
            () -> {
              try (var appender = store().append(key, () -> 0)) {
                won.incrementAndGet();
                allTried.countDown();
                allTried.await();
              } catch (BlobBusyException e) {
                lost.incrementAndGet();
                allTried.countDown();
              }
              return null;
            });
      }
    }
    assertThat(won).hasValue(1);
    assertThat(lost).hasValue(31);
  }

  @Test
  void givesTheBlobUpWhenTheOffsetCannotBeHad() throws IOException {
    assertThatThrownBy(
            () ->
                store()
                    .append(
                        key,
                        () -> {
                          throw new IllegalStateException("gone");
                        }))
        .hasMessage("gone");
    assertThatThrownBy(() -> store().read(key)).isInstanceOf(BlobMissingException.class);
    write(key, 0, "abc");
  }

  @Test
  void closingAnAppenderTwiceLeavesTheNextOneAlone() throws IOException {
    var first = store().append(key, () -> 0);
    first.close();
    try (var second = store().append(key, () -> 0)) {
      first.close();
      assertThatThrownBy(() -> store().append(key, () -> 0)).isInstanceOf(BlobBusyException.class);
    }
  }

  @Test
  void concatenatesAndKeepsTheSources() throws IOException {
    var a = BlobKey.upload(UUID.randomUUID());
    var b = BlobKey.upload(UUID.randomUUID());
    write(a, 0, "abc");
    write(b, 0, "def");
    write(key, 0, "what was there before");
    store().concat(key, List.of(a, b, a));
    assertThat(content(key)).isEqualTo("abcdefabc");
    assertThat(content(a)).isEqualTo("abc");
  }

  @Test
  void concatenatesNothingWhenASourceIsMissing() throws IOException {
    var a = BlobKey.upload(UUID.randomUUID());
    write(a, 0, "abc");
    var missing = BlobKey.upload(UUID.randomUUID());
    assertThatThrownBy(() -> store().concat(key, List.of(a, missing)))
        .isInstanceOf(BlobMissingException.class);
    assertThatThrownBy(() -> store().read(key)).isInstanceOf(BlobMissingException.class);
  }

  @Test
  void putsWholeBlobs() throws IOException {
    var variant = new BlobKey("variant/" + UUID.randomUUID() + "/1/1024.webp");
    store().put(variant, "abc".getBytes(StandardCharsets.UTF_8));
    store().put(variant, "de".getBytes(StandardCharsets.UTF_8));
    assertThat(content(variant)).isEqualTo("de");
  }

  @Test
  void deletesAlsoWhatIsNotThere() throws IOException {
    write(key, 0, "abc");
    store().delete(key);
    store().delete(key);
    assertThatThrownBy(() -> store().read(key)).isInstanceOf(BlobMissingException.class);
  }

  @Test
  void findsABlobWithItsLength() throws IOException {
    assertThat(store().find(key)).isEmpty();
    write(key, 0, "abcdef");
    var found = store().find(key).orElseThrow();
    assertThat(found.key()).isEqualTo(key);
    assertThat(found.bytes()).isEqualTo(6);
  }

  @Test
  void listsEveryBlobOnceFromWhereverItGoesOn() throws IOException {
    var keys = new TreeSet<String>();
    for (int i = 0; i < 25; i++) {
      var upload = BlobKey.upload(UUID.randomUUID());
      var variant = new BlobKey("variant/" + UUID.randomUUID() + "/" + i + "-1/1024.webp");
      store().put(upload, new byte[] {1});
      store().put(variant, new byte[] {1, 2});
      keys.add(upload.path());
      keys.add(variant.path());
    }
    var all = new ArrayList<StoredBlob>();
    var listing = store().list(null);
    for (var page = listing.next(7); !page.isEmpty(); page = listing.next(7)) {
      all.addAll(page);
    }
    assertThat(all).extracting(blob -> blob.key().path()).containsAll(keys).doesNotHaveDuplicates();

    for (int from = 0; from < all.size(); from += 5) {
      assertThat(store().list(all.get(from).key()).next(1_000))
          .isEqualTo(all.subList(from + 1, all.size()));
    }
  }

  @Test
  void goesOnBehindABlobThatHasGone() throws IOException {
    for (int i = 0; i < 3; i++) {
      store().put(new BlobKey("export/7/" + i + ".csv"), new byte[] {1});
    }
    store().delete(new BlobKey("export/7/1.csv"));
    assertThat(store().list(new BlobKey("export/7/1.csv")).next(1))
        .extracting(blob -> blob.key().path())
        .containsExactly("export/7/2.csv");
  }
}
