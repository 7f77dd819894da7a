package dev.offstage.worker.attempt;

import dev.offstage.store.Batcher;
import dev.offstage.store.JobNotes;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes what attempts log, many attempts' lines a round trip. */
public final class JobLogs {
  private static final Logger log = LoggerFactory.getLogger(JobLogs.class);

  /** A log is for people: it may lack lines when PostgreSQL is away for longer than this. */
  static final Duration PATIENCE = Duration.ofSeconds(5);

  /** How often to write lines of attempts that run. */
  public static final Duration EVERY = Duration.ofMillis(500);

  private static final Batcher.Limits LIMITS = new Batcher.Limits(100, 10_000, PATIENCE);

  private final Set<AttemptLog> open = ConcurrentHashMap.newKeySet();
  private final Batcher<JobNotes.Lines, Boolean> batcher;

  public JobLogs(JobNotes notes) {
    this.batcher =
        new Batcher<>(
            "job-log",
            LIMITS,
            chunks -> {
              notes.log(chunks);
              return chunks.stream().map(chunk -> true).toList();
            });
  }

  /** A log for an attempt; to be closed before the attempt is settled. */
  public AttemptLog open(Attempt attempt) {
    return new AttemptLog(attempt, this);
  }

  void add(AttemptLog attemptLog) {
    open.add(attemptLog);
  }

  void remove(AttemptLog attemptLog) {
    open.remove(attemptLog);
  }

  /** Sends what attempts have gathered; to be called every {@link #EVERY}. */
  public void sendGathered() {
    open.forEach(AttemptLog::send);
  }

  CompletableFuture<Boolean> send(JobNotes.Lines lines) {
    CompletableFuture<Boolean> written;
    try {
      written = batcher.submit(lines);
    } catch (RejectedExecutionException e) {
      written = CompletableFuture.failedFuture(e);
    }
    return written.exceptionally(failure -> lost(lines, failure));
  }

  private static boolean lost(JobNotes.Lines lines, Throwable failure) {
    log.warn("{} log lines of job {} are lost", lines.lines().size(), lines.job(), failure);
    return false;
  }

  public void close() {
    batcher.close(PATIENCE);
  }
}
