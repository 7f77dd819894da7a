package dev.offstage.client;

import dev.offstage.job.Enqueued;
import dev.offstage.job.JobId;
import dev.offstage.job.NewJob;
import java.util.List;

/**
 * Enqueues jobs: in the Spring transaction that is under way on this thread, where there is one,
 * and else on its own. Once the transaction has committed, the job will be run; if it rolls back,
 * there never was one.
 *
 * <p>Every method throws {@link org.springframework.dao.DataAccessException} if PostgreSQL is away
 * or refuses a row; nothing was enqueued then, or (over a lost connection) it may have been: an
 * {@link dev.offstage.job.IdempotencyKey} makes it safe to try again.
 */
public interface JobClient {

  /**
   * Enqueues a job.
   *
   * @return its id, or that of the job which is there in its stead
   * @throws JobRefusedException if it was refused for one of its keys or what it waits for
   */
  default JobId enqueue(NewJob job) {
    return switch (offer(job)) {
      case Enqueued.Accepted accepted -> accepted.id();
      case Enqueued.Existing existing -> existing.id();
      case Enqueued.Refused refused -> throw new JobRefusedException(refused);
    };
  }

  /** Enqueues a job, and tells what became of it. */
  default Enqueued offer(NewJob job) {
    return offerAll(List.of(job)).getFirst();
  }

  /**
   * Enqueues jobs, each for itself: those of a batch that concern no other row in one statement.
   *
   * @return what became of each, in the same order
   */
  List<Enqueued> offerAll(List<NewJob> jobs);
}
