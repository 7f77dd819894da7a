package dev.offstage.ingest.upload;

import dev.offstage.blob.BlobAppender;
import dev.offstage.blob.BlobBusyException;
import dev.offstage.blob.BlobKey;
import dev.offstage.blob.BlobMissingException;
import dev.offstage.blob.BlobStore;
import dev.offstage.ingest.auth.Caller;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Service;

/**
 * What can be done with uploads, whatever protocol asks for it. Refusals are thrown as {@link
 * dev.offstage.problem.ProblemException}.
 */
@Service
public class Uploads {
  private static final Logger log = LoggerFactory.getLogger(Uploads.class);

  private final UploadStore store;
  private final BlobStore blobs;
  private final UploadCommits commits;
  private final Receptions receptions;
  private final UploadProperties properties;
  private final Buffers buffers = new Buffers();

  Uploads(
      UploadStore store,
      BlobStore blobs,
      UploadCommits commits,
      Receptions receptions,
      UploadProperties properties) {
    this.store = store;
    this.blobs = blobs;
    this.commits = commits;
    this.receptions = receptions;
    this.properties = properties;
  }

  /**
   * The most bytes that an upload of anybody may have, but for tenants with limits of their own.
   */
  public long maxSize() {
    return properties.maxSize().toBytes();
  }

  /**
   * Creates an upload; one of no bytes is complete at once.
   *
   * @param bodySize how many bytes the client sends along; -1 if it does not say
   */
  public Upload create(Caller caller, NewUpload wanted, long bodySize) throws IOException {
    var length = wanted.length();
    requireFits(caller.tenant(), length == null ? bodySize : length);
    if (length != null && bodySize > length) {
      throw UploadProblems.pastTheLength(length);
    }
    var upload =
        commits
            .create(UUID.randomUUID(), caller, wanted)
            .orElseThrow(() -> UploadProblems.tooMany(properties.maxOpen()));
    return upload.isWhole() ? commits.finish(upload) : upload;
  }

  private void requireFits(String tenant, long length) {
    long max = properties.maxSizeOf(tenant);
    if (length > max) {
      throw UploadProblems.tooLarge(max);
    }
  }

  /** Creates an upload of the bytes of {@code parts}, one behind the other. The parts stay. */
  public Upload concatenate(Caller caller, NewUpload wanted, List<UUID> parts) throws IOException {
    var keys = new ArrayList<BlobKey>();
    long length = 0;
    for (var id : parts) {
      var part = store.find(id).filter(each -> each.belongsTo(caller)).filter(Upload::isPart);
      if (part.isEmpty() || part.get().expired() || part.get().state() == Upload.State.GONE) {
        throw UploadProblems.parts(id + " is not a partial upload (expected: one that is there).");
      }
      if (!part.get().isWhole()) {
        throw UploadProblems.parts(id + " is not finished (expected: finished parts).");
      }
      keys.add(part.get().blob());
      length = Math.addExact(length, part.get().received());
    }
    requireFits(caller.tenant(), length);
    var upload =
        commits
            .create(
                UUID.randomUUID(),
                caller,
                new NewUpload(length, wanted.metadata(), wanted.concat()))
            .orElseThrow(() -> UploadProblems.tooMany(properties.maxOpen()));
    return commits.finish(copy(upload, keys));
  }

  /** A process that dies here leaves an upload that takes no bytes and expires. */
  private Upload copy(Upload upload, List<BlobKey> parts) throws IOException {
    try {
      blobs.concat(upload.blob(), parts);
    } catch (BlobMissingException e) {
      discard(upload.id());
      throw UploadProblems.parts("A part was deleted meanwhile.");
    } catch (IOException e) {
      discard(upload.id());
      throw e;
    }
    return upload.isWhole()
        ? upload
        : commits.commit(upload, upload.length() == null ? 0 : upload.length());
  }

  /**
   * Where an upload stands. A request that is still writing it is ended first, since the answer is
   * where to go on from; a whole upload that nobody finished is finished.
   */
  public Upload status(UUID id, @Nullable Caller caller) throws IOException {
    var upload = visible(id, caller);
    if (upload.state() == Upload.State.COMPLETE || upload.isConcatenation()) {
      return finishIfWhole(upload);
    }
    receptions.supersede(id);
    var now = new AtomicReference<>(upload);
    hold(upload, each -> now.updateAndGet(_ -> visible(id, caller))).close();
    return finishIfWhole(now.get());
  }

  private Upload finishIfWhole(Upload upload) throws IOException {
    return upload.state() == Upload.State.OPEN && upload.isWhole()
        ? commits.finish(upload)
        : upload;
  }

  /**
   * Begins to append a chunk. Whoever was writing the upload on this node is ended; the reception
   * must then be fed and ended.
   */
  public Reception append(UUID id, @Nullable Caller caller, Chunk chunk) throws IOException {
    var seen = visible(id, caller);
    if (seen.isConcatenation()) {
      throw UploadProblems.concatenation();
    }
    receptions.supersede(id);
    var admitted = new AtomicReference<>(seen);
    var appender = hold(seen, _ -> admitted.updateAndGet(_ -> admit(visible(id, caller), chunk)));
    var upload = admitted.get();
    long limit = upload.length() == null ? properties.maxSizeOf(upload.tenant()) : upload.length();
    var reception = new Reception(commits, buffers, appender, upload, limit, chunk.checksum());
    receptions.add(id, reception);
    return reception;
  }

  /** Checks a chunk against an upload that is held, and lets it declare the upload's length. */
  private Upload admit(Upload upload, Chunk chunk) {
    if (chunk.offset() != upload.received()) {
      throw UploadProblems.offset(upload.received(), chunk.offset());
    }
    var declared = chunk.totalLength();
    var length = upload.length() == null ? declared : upload.length();
    if (declared != null && length != null && !declared.equals(length)) {
      throw UploadProblems.length(
          "The upload's length is " + length + " and cannot become " + declared + ".");
    }
    if (length == null) {
      requireFits(upload.tenant(), chunk.end());
      return upload;
    }
    requireFits(upload.tenant(), length);
    if (chunk.end() > length) {
      throw UploadProblems.pastTheLength(length);
    }
    if (upload.length() != null) {
      return upload;
    }
    return store
        .declareLength(upload.id(), length)
        .orElseThrow(
            () ->
                UploadProblems.length(
                    "length: " + length + " (expected: at least " + upload.received() + ")"));
  }

  /** Ends an upload for good. What became of a finished one stays: it is an asset of its own. */
  public void terminate(UUID id, Caller caller) throws IOException {
    visible(id, caller);
    receptions.supersede(id);
    discard(id);
  }

  private void discard(UUID id) throws IOException {
    var gone = store.terminate(id);
    if (gone.isPresent() && gone.get().asset() == null) {
      blobs.delete(gone.get().blob());
    }
  }

  private Upload visible(UUID id, @Nullable Caller caller) {
    var upload =
        store
            .find(id)
            .filter(each -> each.isVisibleTo(caller))
            .orElseThrow(UploadProblems::notFound);
    if (upload.state() == Upload.State.GONE || upload.expired()) {
      throw UploadProblems.gone();
    }
    return upload;
  }

  /** Becomes the upload's one writer; {@code look} is shown the upload once that is so. */
  private BlobAppender hold(Upload upload, UnaryOperator<Upload> look) throws IOException {
    try {
      return blobs.append(upload.blob(), () -> look.apply(upload).received());
    } catch (BlobBusyException e) {
      throw UploadProblems.busy();
    } catch (BlobMissingException e) {
      log.error("Upload {} has lost bytes that were promised; it is given up", upload.id(), e);
      discard(upload.id());
      throw UploadProblems.gone();
    }
  }
}
