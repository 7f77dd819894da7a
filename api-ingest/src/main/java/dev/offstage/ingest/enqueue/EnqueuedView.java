package dev.offstage.ingest.enqueue;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.offstage.job.JobId;
import dev.offstage.job.JobState;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What became of a job that was asked for.
 *
 * @param existing true if the job of that unique key was there already and is kept
 * @param receipt as it was sent
 * @param durable true if what the receipt names may be deleted on the device
 */
@Schema(name = "EnqueuedJob")
@JsonInclude(JsonInclude.Include.NON_NULL)
record EnqueuedView(
    String id,
    String state,
    @Nullable Boolean existing,
    @Nullable Receipt receipt,
    @Nullable Boolean durable) {

  /**
   * @param kept whether it is another job, which has the unique key
   */
  static EnqueuedView of(JobId id, JobState state, boolean kept, @Nullable Receipt receipt) {
    return new EnqueuedView(
        id.toString(), state.text(), kept ? true : null, receipt, receipt == null ? null : true);
  }
}
