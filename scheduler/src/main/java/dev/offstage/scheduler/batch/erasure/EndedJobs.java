package dev.offstage.scheduler.batch.erasure;

import dev.offstage.scheduler.batch.person.Person;
import dev.offstage.store.Db;
import dev.offstage.store.JobErasure;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The person's jobs that have ended, with keys, receipts and marks that are about them. */
final class EndedJobs {
  private final JdbcClient jdbc;
  private final JobErasure erasure;

  EndedJobs(Db db) {
    this.jdbc = db.jdbc();
    this.erasure = JobErasure.over(db);
  }

  /** Idempotency keys and receipts that brought the person's jobs: before those go. */
  int eraseReceipts(Person person) {
    return jdbc.sql(
            """
            delete from idempotency_key k using job j
            where k.tenant = :tenant and j.id = k.job_id and j.tenant = :tenant
              and j.owner = :user
            """)
        .param("tenant", person.tenant())
        .param("user", person.user())
        .update();
  }

  /** Takes so many at most. Counts what went, by kind. */
  Map<String, Long> erase(Person person, int limit) {
    List<UUID> ids =
        jdbc.sql(
                """
                select id from job
                where tenant = :tenant and outcome is not null
                  and (owner = :user or (kind = 'push.send' and payload -> 'to' ->> 'user' = :user))
                order by id limit :limit for update skip locked
                """)
            .param("tenant", person.tenant())
            .param("user", person.user())
            .param("limit", limit)
            .query((row, n) -> row.getObject(1, UUID.class))
            .list();
    if (ids.isEmpty()) {
      return Map.of();
    }
    var array = ids.toArray(UUID[]::new);
    jdbc.sql(
            """
            delete from unique_key
            where tenant = :tenant and holder = any(:ids) and next is null
            """)
        .param("tenant", person.tenant())
        .param("ids", array)
        .update();
    int marks =
        jdbc.sql("delete from webhook_mark where tenant = :tenant and subject = any(:ids)")
            .param("tenant", person.tenant())
            .param("ids", array)
            .update();
    return Map.of("jobs", (long) erasure.erase(ids), "webhookMarks", (long) marks);
  }

  /** Workflows of the person; their jobs have gone. */
  int eraseWorkflows(Person person) {
    return jdbc.sql("delete from workflow where tenant = :tenant and owner = :user and live = 0")
        .param("tenant", person.tenant())
        .param("user", person.user())
        .update();
  }
}
