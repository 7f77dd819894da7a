package dev.offstage.scheduler.batch.erasure;

import dev.offstage.client.JobControl;
import dev.offstage.job.JobId;
import dev.offstage.scheduler.batch.person.Person;
import dev.offstage.store.Db;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What is still at work for the person: jobs of theirs, pushes to them, and webhooks that tell of
 * what was theirs.
 */
final class LiveJobs {
  private static final int LIMIT = 200;

  private static final String OF_PERSON =
      """
      select id, cancel_reason from job
      where tenant = :tenant and outcome is null
        and (owner = :user or (kind = 'push.send' and payload -> 'to' ->> 'user' = :user))
      union
      select j.id, j.cancel_reason from job j join webhook_delivery d on d.job_id = j.id
      where j.tenant = :tenant and j.kind = 'webhook.deliver' and j.outcome is null
        and position('"owner":' || person_quoted(:user) in d.body) > 0
      """;

  private final JdbcClient jdbc;
  private final JobControl control;

  LiveJobs(Db db, JobControl control) {
    this.jdbc = db.jdbc();
    this.control = control;
  }

  /** Cancels some that nobody has cancelled yet; how many. */
  int cancel(Person person) {
    List<JobId> ids =
        jdbc.sql("select id from (" + OF_PERSON + ") p where cancel_reason is null limit " + LIMIT)
            .param("tenant", person.tenant())
            .param("user", person.user())
            .query((row, n) -> new JobId(row.getObject("id", UUID.class)))
            .list();
    if (!ids.isEmpty()) {
      control.cancelAll(ids, person.tenant(), null, "its owner is erased");
    }
    return ids.size();
  }

  /** How many are still to end. */
  long count(Person person) {
    return jdbc.sql("select count(*) from (" + OF_PERSON + ") p")
        .param("tenant", person.tenant())
        .param("user", person.user())
        .query(Long.class)
        .single();
  }
}
