package dev.offstage.scheduler.batch.erasure;

import dev.offstage.scheduler.batch.person.Person;
import dev.offstage.store.Db;
import dev.offstage.store.JobErasure;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Jobs of others, and what webhooks were told, that name the person: looked for window by window,
 * in the order of their ids, since no index can know what a payload says. An id is found where a
 * whole JSON string is the id, or where it stands as a word in a text for people.
 */
final class Mentions {
  private static final int WINDOW = 2_000;

  private final JdbcClient jdbc;
  private final JobErasure erasure;

  Mentions(Db db) {
    this.jdbc = db.jdbc();
    this.erasure = JobErasure.over(db);
  }

  /**
   * The end of the window of jobs behind {@code after}; null if there are no more.
   *
   * @param after an id
   */
  @Nullable UUID window(UUID after) {
    return jdbc.sql(
            """
            select id from (select id from job where id > :after order by id limit :window) w
            order by id desc limit 1
            """)
        .param("after", after)
        .param("window", WINDOW)
        .query(UUID.class)
        .optional()
        .orElse(null);
  }

  /** Forgets the person in a window. Counts by kind. */
  Map<String, Long> forget(Person person, UUID after, UUID until) {
    var gone = new TreeMap<String, Long>();
    var window = new Window(person, after, until);
    gone.put("webhookDeliveries", window.eraseDeliveries());
    gone.put("jobsRedacted", window.redactJobs());
    gone.put("notesRedacted", window.redactNotes());
    gone.put("leftLive", window.live());
    return gone;
  }

  private final class Window {
    private final Person person;
    private final UUID after;
    private final UUID until;

    Window(Person person, UUID after, UUID until) {
      this.person = person;
      this.after = after;
      this.until = until;
    }

    private JdbcClient.StatementSpec sql(String sql) {
      return jdbc.sql(sql)
          .param("tenant", person.tenant())
          .param("user", person.user())
          .param("after", after)
          .param("until", until);
    }

    /** What was told of the person: the jobs that told it go with it, once they have ended. */
    long eraseDeliveries() {
      List<UUID> told =
          sql("""
          select d.job_id from webhook_delivery d join job j on j.id = d.job_id
          where d.job_id > :after and d.job_id <= :until and d.tenant = :tenant
            and position(person_quoted(:user) in d.body) > 0 and j.outcome is not null
          """)
              .query((row, n) -> row.getObject(1, UUID.class))
              .list();
      return erasure.erase(told);
    }

    long redactJobs() {
      return sql("""
      update job j
      set payload = person_redacted(j.payload, :user),
          result = person_redacted(j.result, :user),
          error_message = person_redacted(j.error_message, :user),
          progress_note = person_redacted(j.progress_note, :user),
          cancel_reason = person_redacted(j.cancel_reason, :user),
          tags = array_replace(j.tags, :user, '(erased)'),
          unique_key = nullif(j.unique_key, :user),
          ordering_key = nullif(j.ordering_key, :user),
          concurrency_key = nullif(j.concurrency_key, :user),
          version = j.version + 1
      where j.id > :after and j.id <= :until and j.tenant = :tenant
        and j.outcome is not null and (
          position(person_quoted(:user) in j.payload::text) > 0
          or position(person_quoted(:user) in j.result::text) > 0
          or person_redacted(j.error_message, :user) <> j.error_message
          or person_redacted(j.progress_note, :user) <> j.progress_note
          or person_redacted(j.cancel_reason, :user) <> j.cancel_reason
          or :user = any(j.tags)
          or :user in (j.unique_key, j.ordering_key, j.concurrency_key))
      """)
          .update();
    }

    /** What handlers and webhooks left on others' jobs. */
    long redactNotes() {
      return redact("job_step", "result", "jsonb")
          + redact("job_log", "line", "text")
          + redact("webhook_attempt", "answer", "text")
          + redact("webhook_attempt", "message", "text")
          + redact("call_wait", "answer", "text");
    }

    private long redact(String table, String column, String type) {
      var found =
          type.equals("jsonb")
              ? "position(person_quoted(:user) in n.%s::text) > 0".formatted(column)
              : "position(:user in n.%s) > 0".formatted(column);
      return sql("""
      update %1$s n set %2$s = %3$s
      from job j
      where n.job_id > :after and n.job_id <= :until and j.id = n.job_id
        and j.tenant = :tenant and %4$s and %3$s <> n.%2$s
      """
              .formatted(table, column, "person_redacted(n." + column + ", :user)", found))
          .update();
    }

    /** Jobs of others that name the person and have not ended: they go with their own time. */
    long live() {
      return sql("""
      select count(*) from job j
      where j.id > :after and j.id <= :until and j.tenant = :tenant and j.outcome is null
        and (position(person_quoted(:user) in j.payload::text) > 0
          or exists (select from webhook_delivery d
                     where d.job_id = j.id and position(person_quoted(:user) in d.body) > 0))
      """)
          .query(Long.class)
          .single();
    }
  }
}
