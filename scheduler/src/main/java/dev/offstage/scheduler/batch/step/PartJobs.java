package dev.offstage.scheduler.batch.step;

import dev.offstage.client.JobClient;
import dev.offstage.client.JobControl;
import java.time.InstantSource;

/**
 * Ways to the workers.
 *
 * @param enabled whether parts that can run there do so
 */
public record PartJobs(
    boolean enabled, JobClient client, JobControl control, InstantSource clock) {}
