package dev.offstage.event;

import dev.offstage.store.Db;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Has users forgotten: requested by ingest, done by the scheduler. */
public final class ErasureStore {
  private final Db db;

  private ErasureStore(Db db) {
    this.db = db;
  }

  public static ErasureStore over(Db db) {
    return new ErasureStore(db);
  }

  /**
   * @param events that were deleted
   * @param doneAt null until nothing of the user is left
   */
  public record Erasure(UUID id, Instant requestedAt, long events, @Nullable Instant doneAt) {}

  /**
   * Asks that a user be forgotten, with all whom alias has merged with them. Once this is committed
   * nothing that they did before is written any more, wherever it waits.
   */
  public UUID request(String tenant, String userId) {
    var id = UUID.randomUUID();
    db.jdbc()
        .sql("select request_erasure(?, ?, ?)")
        .params(id, tenant, userId)
        .query((row, n) -> n)
        .list();
    return id;
  }

  public Optional<Erasure> find(String tenant, UUID id) {
    return db.jdbc()
        .sql(
            """
            select id, requested_at, events, done_at from event_erasure
            where tenant = ? and id = ?\
            """)
        .params(tenant, id)
        .query(ErasureStore::erasure)
        .optional();
  }

  private static Erasure erasure(ResultSet row, int index) throws SQLException {
    @Nullable OffsetDateTime done = row.getObject("done_at", OffsetDateTime.class);
    return new Erasure(
        row.getObject("id", UUID.class),
        row.getObject("requested_at", OffsetDateTime.class).toInstant(),
        row.getLong("events"),
        done == null ? null : done.toInstant());
  }

  /** Those that are still to be done, the oldest first. */
  public List<UUID> undone(int limit) {
    return db.jdbc()
        .sql(
            """
            select id from event_erasure where done_at is null
            order by requested_at limit ?\
            """)
        .param(limit)
        .query((row, n) -> row.getObject(1, UUID.class))
        .list();
  }

  /** Takes out what one of them is about. Returns how many events went; may be repeated. */
  public long erase(UUID id) {
    // In a transaction of its own, which ends before anything is deleted: writers wait for no more.
    awaitWriters();
    return eraseWritten(id);
  }

  /** Waits for every writer that may not have seen a request yet. */
  public void awaitWriters() {
    db.jdbc().sql("select await_event_writers()").query((row, n) -> n).list();
  }

  /** The rest of {@link #erase}, once writers have been waited for. */
  public long eraseWritten(UUID id) {
    return db.jdbc().sql("select erase_events(?)").param(id).query(Long.class).single();
  }
}
