package dev.offstage.store;

import dev.offstage.job.JobId;
import java.util.List;
import java.util.Set;

/**
 * What a batch of settlements came to.
 *
 * @param standing the jobs whose settlement stands, also from an earlier try of the same batch; the
 *     others were no longer this worker's
 * @param touched what else changed with them
 */
public record Settled(Set<JobId> standing, List<Touched> touched) {}
