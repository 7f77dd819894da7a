package dev.offstage.scheduler.batch;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An execution of a batch.
 *
 * @param execution its id
 * @param parameters as they are stored, defaults included
 * @param run counts how often the batch was begun anew for these parameters, from 1
 * @param startedBy who, for people; {@code recovery} if its node had died
 * @param restartOf the execution that it goes on from
 * @param recoveries how often in a row its nodes have died
 * @param range the range that it is a day of
 * @param node where it runs or ran, as {@code host:pid}
 * @param duration so far, if it has not ended
 * @param read items, over all steps, as are the other counts
 * @param done items over all executions of this run, of {@code total}; both 0 where it is not known
 *     how much there is to do
 * @param figures what came of it, by name, over all executions of this run
 * @param steps in the order in which they began
 */
public record BatchRun(
    long execution,
    String batch,
    Map<String, String> parameters,
    int run,
    BatchState state,
    String startedBy,
    @Nullable Long restartOf,
    int recoveries,
    @Nullable Long range,
    @Nullable String node,
    Instant createdAt,
    @Nullable Instant startedAt,
    @Nullable Instant endedAt,
    @Nullable Duration duration,
    long read,
    long written,
    long skipped,
    long done,
    long total,
    Map<String, Long> figures,
    String exitCode,
    @Nullable String exitMessage,
    List<BatchStep> steps) {}
