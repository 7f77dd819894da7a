package dev.offstage.ingest.upload;

import dev.offstage.blob.BlobStore;
import java.io.IOException;
import org.springframework.stereotype.Component;

/** Makes the progress of an upload durable, for its one writer. */
@Component
class UploadCommits {
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
   * @throws dev.offstage.ingest.problem.ProblemException if the upload is gone or its type, as soon
   *     as it can be known, is not allowed
   */
  Upload commit(Upload upload, long position) throws IOException {
    var committed = store.received(upload.id(), upload.received(), position);
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
    return finish.finish(whole);
  }
}
