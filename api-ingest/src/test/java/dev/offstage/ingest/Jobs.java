package dev.offstage.ingest;

import dev.offstage.client.JobClient;
import dev.offstage.job.JobId;
import dev.offstage.job.JobKind;
import dev.offstage.job.NewJob;
import dev.offstage.live.LiveUpdates;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Jobs for tests, and what a worker would do to them. */
public final class Jobs {
  private final IngestServer server;

  public Jobs(IngestServer server) {
    this.server = server;
  }

  public JobId enqueue(String tenant, @Nullable String owner) {
    return server
        .bean(JobClient.class)
        .enqueue(NewJob.of(tenant, owner, new JobKind("test.probe"), "{\"secret\":\"payload\"}"));
  }

  public void run(JobId job) {
    write(job, "state = 'running', attempt = 1, started_at = now()");
  }

  public void progress(JobId job, double fraction) {
    write(job, "progress = " + fraction + ", progress_note = 'on it'");
  }

  public void complete(JobId job) {
    write(
        job,
        "state = 'completed', outcome = 'completed', progress = 1, result = '{\"answer\": 42}',"
            + " due_at = null, ended_at = now()");
  }

  public void discard(JobId job, String reason) {
    write(
        job,
        "state = 'discarded', outcome = 'discarded', due_at = null, ended_at = now(), error_message"
            + " = 'Broken.', error_reason = '"
            + reason
            + "'");
  }

  /** Changes a row as a worker would, without telling anybody. */
  private void write(JobId job, String assignments) {
    server
        .bean(JdbcClient.class)
        .sql("update job set version = version + 1, " + assignments + " where id = ?")
        .param(job.value())
        .update();
  }

  public void tell(JobId job) {
    server.bean(LiveUpdates.class).publish(List.of(job));
  }
}
