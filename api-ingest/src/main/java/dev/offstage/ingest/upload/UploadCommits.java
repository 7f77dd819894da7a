package dev.offstage.ingest.upload;

import dev.offstage.blob.BlobStore;
import dev.offstage.ingest.auth.Caller;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.springframework.dao.TransientDataAccessResourceException;
import org.springframework.stereotype.Component;

/** Makes the progress of an upload durable, for its one writer. */
@Component
class UploadCommits {
  /**
   * Writes that may wait for PostgreSQL's disk at a time. Fewer than there are connections, so that
   * reads are not held up, and with more patience than the pool has: a crowd waits here.
   */
  private static final int WRITERS = 8;

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Semaphore writers = new Semaphore(WRITERS, true);
  private final UploadStore store;
  private final BlobStore blobs;
  private final UploadFinish finish;
  private final UploadProperties properties;

  UploadCommits(
      UploadStore store, BlobStore blobs, UploadFinish finish, UploadProperties properties) {
    this.store = store;
    this.blobs = blobs;
    this.finish = finish;
    this.properties = properties;
  }

  /**
   * Promises the bytes up to {@code position}, which are forced already.
   *
   * @throws dev.offstage.problem.ProblemException if the upload is gone or its type, as soon as it
   *     can be known, is not allowed
   */
  Upload commit(Upload upload, long position) throws IOException {
    var committed = inTurn(() -> store.received(upload.id(), upload.received(), position));
    if (committed.isEmpty()) {
      var now = store.find(upload.id());
      if (now.isEmpty() || now.get().state() == Upload.State.GONE) {
        blobs.delete(upload.blob());
        throw UploadProblems.gone();
      }
      throw UploadProblems.busy();
    }
    boolean firstSeen = upload.received() < Sniffer.NEEDED && position >= Sniffer.NEEDED;
    if (firstSeen && !upload.isPart() && properties.restrictsTypesOf(upload.tenant())) {
      finish.requireAllowed(committed.get());
    }
    return committed.get();
  }

  Upload finish(Upload whole) throws IOException {
    return inTurn(() -> finish.finish(whole));
  }

  Optional<Upload> create(UUID id, Caller caller, NewUpload upload) throws IOException {
    return inTurn(() -> store.create(id, caller, upload));
  }

  private <T> T inTurn(Write<T> write) throws IOException {
    boolean mine = false;
    try {
      mine = writers.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      if (!mine) {
        throw new TransientDataAccessResourceException("too many uploads are being written");
      }
      return write.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    } finally {
      if (mine) {
        writers.release();
      }
    }
  }

  @FunctionalInterface
  private interface Write<T> {
    T run() throws IOException;
  }
}
