package dev.offstage.ingest.upload;

import dev.offstage.blob.BlobAppender;
import dev.offstage.problem.ProblemException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one request on their way into one upload.
 *
 * <p>One thread at a time feeds it and never waits for the client while it does, so that any other
 * thread can end it between two reads. However it ends, what arrived is kept, unless the chunk has
 * a checksum, which then cannot be known to match. It ends once, and its outcome is known only
 * after the blob was given up.
 */
public final class Reception {
  private static final long COMMIT_BYTES = 16 << 20;
  private static final long COMMIT_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** Less than this in {@link #TRICKLE_NANOS} is an attack or a dead line, not a slow phone. */
  private static final long TRICKLE_BYTES = 8 * 1024;

  private static final long TRICKLE_NANOS = TimeUnit.SECONDS.toNanos(60);

  /**
   * Where bytes come from: fills what remains of {@code into} with what is there, without waiting.
   */
  @FunctionalInterface
  interface Source {
    /** Returns false once nothing more is there for now. */
    boolean read(ByteBuffer into) throws IOException;
  }

  private final ReentrantLock turn = new ReentrantLock(true);
  private final CompletableFuture<Upload> outcome = new CompletableFuture<>();
  private final UploadCommits commits;
  private final Buffers buffers;
  private final BlobAppender appender;
  private final @Nullable Checksum checksum;
  private final @Nullable MessageDigest digest;
  private final long limit;
  private volatile @Nullable ProblemException wanted;
  private Upload upload;
  private long committedAt = System.nanoTime();
  private long windowStart = System.nanoTime();
  private long windowBytes;

  Reception(
      UploadCommits commits,
      Buffers buffers,
      BlobAppender appender,
      Upload upload,
      long limit,
      @Nullable Checksum checksum) {
    this.commits = commits;
    this.buffers = buffers;
    this.appender = appender;
    this.upload = upload;
    this.limit = limit;
    this.checksum = checksum;
    this.digest = checksum == null ? null : checksum.begin();
  }

  /**
   * How it ended: the upload as it stands then, or the refusal (a {@link ProblemException}) or
   * failure that ended it.
   */
  public CompletableFuture<Upload> outcome() {
    return outcome;
  }

  /** Takes what {@code source} has. */
  void feed(Source source) {
    turn.lock();
    try {
      while (wanted == null && !outcome.isDone() && take(source)) {
        commitIfDue();
      }
      var why = wanted;
      if (why != null) {
        fail(why);
      }
    } catch (Exception e) {
      fail(e);
    } finally {
      turn.unlock();
    }
  }

  private boolean take(Source source) throws Exception {
    var buffer = buffers.take();
    try {
      boolean more;
      try {
        more = source.read(buffer);
      } catch (IOException e) {
        append(buffer.flip());
        throw UploadProblems.cut();
      }
      append(buffer.flip());
      return more;
    } finally {
      buffers.giveBack(buffer);
    }
  }

  private void append(ByteBuffer bytes) throws IOException {
    int size = bytes.remaining();
    if (appender.position() + size > limit) {
      rollBack();
      throw upload.length() == null
          ? UploadProblems.tooLarge(limit)
          : UploadProblems.pastTheLength(limit);
    }
    if (digest != null) {
      digest.update(bytes.duplicate());
    }
    appender.write(bytes);
    windowBytes += size;
  }

  private void rollBack() throws IOException {
    appender.truncate(upload.received());
  }

  /** Bounds what a kill -9 costs, and how long a line may trickle. */
  private void commitIfDue() throws IOException {
    long now = System.nanoTime();
    if (now - windowStart > TRICKLE_NANOS) {
      if (windowBytes < TRICKLE_BYTES) {
        throw UploadProblems.cut();
      }
      windowStart = now;
      windowBytes = 0;
    }
    long fresh = appender.position() - upload.received();
    boolean due = fresh >= COMMIT_BYTES || (fresh > 0 && now - committedAt > COMMIT_NANOS);
    // At its full length only the end of the body tells that no byte too many comes.
    if (due && checksum == null && appender.position() < limit) {
      commit();
      committedAt = now;
    }
  }

  private void commit() throws IOException {
    long position = appender.position();
    if (position > upload.received()) {
      appender.force();
      upload = commits.commit(upload, position);
    }
  }

  /** The body has ended as its sender meant it to. */
  void end() {
    turn.lock();
    try {
      if (outcome.isDone()) {
        return;
      }
      if (checksum != null && digest != null && !checksum.matches(digest)) {
        rollBack();
        throw UploadProblems.checksum();
      }
      commit();
      appender.close();
      outcome.complete(upload.isWhole() ? commits.finish(upload) : upload);
    } catch (Exception e) {
      fail(e);
    } finally {
      turn.unlock();
    }
  }

  /** The body broke off, or nobody is left who could say how it went on. */
  public void cut() {
    turn.lock();
    try {
      fail(UploadProblems.cut());
    } finally {
      turn.unlock();
    }
  }

  /**
   * Ends it from another thread, and keeps what arrived.
   *
   * @return false if it is so busy that it did not end within {@code patience}
   */
  boolean end(ProblemException why, Duration patience) {
    wanted = why;
    boolean mine = false;
    try {
      mine = turn.tryLock(patience.toNanos(), TimeUnit.NANOSECONDS);
      if (mine) {
        fail(why);
      }
      return mine;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      if (mine) {
        turn.unlock();
      }
    }
  }

  private void fail(Exception cause) {
    if (outcome.isDone()) {
      return;
    }
    try (appender) {
      if (checksum != null) {
        rollBack();
      } else {
        commit();
      }
    } catch (Exception e) {
      cause.addSuppressed(e);
    }
    outcome.completeExceptionally(cause);
  }
}
