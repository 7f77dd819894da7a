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

  /**
   * Idempotency keys and receipts that brought the person's jobs, before those go; and keys that
   * are the person's id, whosever jobs they are of, unless those are live.
   */
  int eraseReceipts(Person person) {
    return update(
            person,
            """
            delete from idempotency_key k using job j
            where k.tenant = :tenant and j.id = k.job_id and j.tenant = :tenant
              and j.owner = :user
            """)
        + update(person, "delete from idempotency_key where tenant = :tenant and key = :user")
        + update(
            person,
            """
            delete from unique_key u
            where u.tenant = :tenant and u.key = :user and u.next is null
              and not exists (select from job j where j.id = u.holder and j.outcome is null)
            """);
  }

  private int update(Person person, String sql) {
    return jdbc.sql(sql).param("tenant", person.tenant()).param("user", person.user()).update();
  }

  /** Takes so many at most. Counts what went, by kind. */
  Map<String, Long> erase(Person person, int limit) {
    List<UUID> ids =
        jdbc.sql(
                """
                select id from job
                where tenant = :tenant and outcome is not null
                  and (owner = :user or (kind = 'push.send' and payload -> 'to' ->> 'user' = :user))
                order by id limit :limit for update
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

  /** Workflows of the person, whose jobs have gone; and the person's id in the names of others. */
  int eraseWorkflows(Person person) {
    update(
        person,
        """
        update workflow set name = person_redacted(name, :user)
        where tenant = :tenant and position(:user in name) > 0
          and person_redacted(name, :user) <> name
        """);
    return update(
        person, "delete from workflow where tenant = :tenant and owner = :user and live = 0");
  }
}
