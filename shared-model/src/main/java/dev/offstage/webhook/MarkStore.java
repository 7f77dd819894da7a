package dev.offstage.webhook;

import dev.offstage.store.Db;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The outbox of events. The settle's own marks are {@code JobStore}'s and {@code after_end}'s. */
@Repository
public class MarkStore {
  private final JdbcClient jdbc;

  MarkStore(Db db) {
    this.jdbc = db.jdbc();
  }

  /** Leaves a mark in the transaction under way, if anybody of the tenant listens. */
  public void tell(String tenant, String type, @Nullable UUID subject, @Nullable String data) {
    jdbc.sql("select webhook_tell(:tenant, :type, :subject::uuid, :data)")
        .param("tenant", tenant)
        .param("type", type)
        .param("subject", subject)
        .param("data", data)
        .query((row, n) -> n)
        .list();
  }

  /**
   * A tenant's own event: its id, and whether it was recorded by an earlier request.
   *
   * @param event null if the key was used for another event
   */
  public record Recorded(@Nullable UUID event, boolean repeated) {}

  /** By what a repeat is known, as of {@link dev.offstage.job.IdempotencyKey}. */
  public record Repeat(String key, String fingerprint) {}

  /** Records a tenant's own event; in one statement, so that a repeat finds it or waits for it. */
  public Recorded record(String tenant, String type, String data, @Nullable Repeat repeat) {
    if (repeat == null) {
      return new Recorded(insert(tenant, type, data), false);
    }
    return insertOnce(tenant, type, data, repeat)
        .map(event -> new Recorded(event, false))
        .orElseGet(() -> earlier(tenant, repeat));
  }

  private UUID insert(String tenant, String type, String data) {
    return jdbc.sql(
            """
            insert into webhook_mark (tenant, type, data) values (:tenant, :type, :data)
            returning event
            """)
        .param("tenant", tenant)
        .param("type", type)
        .param("data", data)
        .query(UUID.class)
        .single();
  }

  private Optional<UUID> insertOnce(String tenant, String type, String data, Repeat repeat) {
    return jdbc.sql(
            """
            with first as (
              insert into idempotency_key (tenant, key, fingerprint, job_id, job_state)
              values (:tenant, :key, :fingerprint, gen_random_uuid(), 'event')
              on conflict do nothing returning job_id)
            insert into webhook_mark (event, tenant, type, data)
            select job_id, :tenant, :type, :data from first
            returning event
            """)
        .param("tenant", tenant)
        .param("key", repeat.key())
        .param("fingerprint", repeat.fingerprint())
        .param("type", type)
        .param("data", data)
        .query(UUID.class)
        .optional();
  }

  private Recorded earlier(String tenant, Repeat repeat) {
    var event =
        jdbc.sql(
                """
                select job_id from idempotency_key
                where tenant = :tenant and key = :key and fingerprint = :fingerprint
                """)
            .param("tenant", tenant)
            .param("key", repeat.key())
            .param("fingerprint", repeat.fingerprint())
            .query(UUID.class)
            .optional();
    return new Recorded(event.orElse(null), true);
  }

  /**
   * Takes the oldest marks away, in the transaction under way: they are back if it rolls back. What
   * another transaction has taken is passed over.
   */
  public List<Mark> take(int limit) {
    return jdbc
        .sql(
            """
            delete from webhook_mark where position in
              (select position from webhook_mark where failure is null
               order by position limit :limit for update skip locked)
            returning *
            """)
        .param("limit", limit)
        .query(MarkStore::mark)
        .list()
        .stream()
        .sorted(Comparator.comparingLong(Mark::position))
        .toList();
  }

  /** Sets the oldest mark aside, which cannot be told; operators find it in the table. */
  public void setOldestAside(String why) {
    jdbc.sql(
            """
            update webhook_mark set failure = :why where position =
              (select min(position) from webhook_mark where failure is null)
            """)
        .param("why", why)
        .update();
  }

  private static Mark mark(ResultSet row, int n) throws SQLException {
    return new Mark(
        row.getLong("position"),
        row.getObject("event", UUID.class),
        row.getString("tenant"),
        row.getString("type"),
        row.getObject("subject", UUID.class),
        row.getString("data"),
        Times.instant(row, "at"));
  }
}
