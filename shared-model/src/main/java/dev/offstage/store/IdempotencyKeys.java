package dev.offstage.store;

import static dev.offstage.store.Columns.texts;

import dev.offstage.job.IdempotencyKey;
import dev.offstage.job.JobId;
import dev.offstage.job.JobState;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Remembers what an idempotency key made. */
final class IdempotencyKeys {
  private final JdbcClient jdbc;

  IdempotencyKeys(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** A key, which is a tenant's own. */
  record Key(String tenant, String key) {
    static Key of(JobRow row) {
      return new Key(row.job().tenant(), idempotency(row).key());
    }
  }

  /**
   * What a key made.
   *
   * @param state as it was answered
   */
  record Made(String fingerprint, JobId job, JobState state) {}

  static IdempotencyKey idempotency(JobRow row) {
    return Objects.requireNonNull(row.job().idempotency());
  }

  /** What the rows' keys made before. */
  Map<Key, Made> made(Collection<JobRow> asking) {
    var made = new HashMap<Key, Made>();
    jdbc.sql(
            """
            select i.* from idempotency_key i
            join unnest(:tenants::text[], :keys::text[]) as k(tenant, key)
              on i.tenant = k.tenant and i.key = k.key
            """)
        .param("tenants", texts(asking, row -> row.job().tenant()))
        .param("keys", texts(asking, row -> idempotency(row).key()))
        .query(
            row -> {
              made.put(
                  new Key(row.getString("tenant"), row.getString("key")),
                  new Made(
                      row.getString("fingerprint"),
                      new JobId(row.getObject("job_id", UUID.class)),
                      JobState.of(row.getString("job_state"))));
            });
    return made;
  }

  /** Remembers rows that have just been inserted; the batch starts over if somebody was first. */
  void remember(List<JobRow> accepted) {
    int written =
        jdbc.sql(
                """
                insert into idempotency_key (tenant, key, fingerprint, job_id, job_state)
                select j.tenant, k.key, k.fingerprint, k.id, j.state
                from unnest(:ids::uuid[], :keys::text[], :fingerprints::text[])
                    as k(id, key, fingerprint)
                join job j on j.id = k.id where j.id = any(:ids::uuid[])
                order by 1, 2
                on conflict do nothing
                """)
            .param("ids", texts(accepted, JobRow::id))
            .param("keys", texts(accepted, row -> idempotency(row).key()))
            .param("fingerprints", texts(accepted, row -> idempotency(row).fingerprint()))
            .update();
    if (written < accepted.size()) {
      throw new ConcurrencyFailureException("an idempotency key was used at the same moment");
    }
  }
}
