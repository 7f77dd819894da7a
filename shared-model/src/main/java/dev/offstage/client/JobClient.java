package dev.offstage.client;

import dev.offstage.job.JobId;
import dev.offstage.job.NewJob;

/** Enqueues jobs. */
public interface JobClient {

  /**
   * Enqueues a job: in the Spring transaction that is under way on this thread, where there is one,
   * and else on its own. Once the transaction has committed, the job will be run; if it rolls back,
   * there never was one.
   *
   * @throws org.springframework.dao.DataAccessException if PostgreSQL is away or refuses the row;
   *     nothing was enqueued then, or (over a lost connection) it may have been
   */
  JobId enqueue(NewJob job);
}
