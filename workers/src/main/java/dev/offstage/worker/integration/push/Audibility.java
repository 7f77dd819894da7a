package dev.offstage.worker.integration.push;

import dev.offstage.job.JobId;
import dev.offstage.live.Listeners;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Whether an app sees by itself what a push would tell it. */
final class Audibility {
  private final JdbcClient jdbc;
  private final Listeners listeners;

  Audibility(JdbcClient jdbc, Listeners listeners) {
    this.jdbc = jdbc;
    this.listeners = listeners;
  }

  /** Whether somebody listens live to a job that {@code push} waited for, as far as is known. */
  boolean isHeard(JobId push) {
    return jdbc
        .sql("select parent_id from job_dependency where child_id = ?")
        .param(push.value())
        .query((row, n) -> new JobId(row.getObject("parent_id", UUID.class)))
        .list()
        .stream()
        .anyMatch(listeners::isListening);
  }
}
