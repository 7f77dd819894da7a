package dev.offstage.ingest.upload;

import dev.offstage.blob.BlobKey;
import dev.offstage.ingest.auth.Caller;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An upload as it stands in PostgreSQL.
 *
 * @param owner the end user whom it belongs to; null for the tenant's own
 * @param length null while the client has not told it
 * @param received bytes that are on disk for certain
 * @param metadata as the client wrote it, for people and for the client itself
 * @param concat as the client wrote it; null unless it is a part or is made of parts
 * @param asset what became of it, once complete; null for a part
 * @param job null where the asset needs no work
 * @param expired by PostgreSQL's clock
 */
public record Upload(
    UUID id,
    String tenant,
    @Nullable String owner,
    State state,
    @Nullable Long length,
    long received,
    @Nullable String metadata,
    @Nullable String concat,
    BlobKey blob,
    @Nullable UUID asset,
    @Nullable UUID job,
    Instant expiresAt,
    boolean expired) {

  /** Stored as its lower-case name. */
  public enum State {
    OPEN,
    COMPLETE,
    GONE
  }

  /** Whether all its bytes are here; it may still have to be made complete. */
  public boolean isWhole() {
    return length != null && received == length;
  }

  /** Whether it is meant to become a piece of another upload. */
  public boolean isPart() {
    return concat != null && !isConcatenation();
  }

  /** Whether it is made of parts, and so takes no bytes itself. */
  public boolean isConcatenation() {
    return concat != null && concat.startsWith("final");
  }

  /** Its URL is a capability, so nobody in particular may see it, but nobody else may. */
  boolean isVisibleTo(@Nullable Caller caller) {
    return caller == null
        || (tenant.equals(caller.tenant())
            && (caller.owner() == null || caller.owner().equals(owner)));
  }

  boolean belongsTo(Caller caller) {
    return tenant.equals(caller.tenant()) && Objects.equals(owner, caller.owner());
  }
}
