package dev.offstage.worker.attempt;

import dev.offstage.store.JobNotes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The log of one attempt: gathers lines, and sends them on in order. */
public final class AttemptLog implements AutoCloseable {
  static final int MAX_LINES = 1_000;
  static final int MAX_LINE = 2_000;
  private static final String LEFT_OUT = "… further lines were left out";

  private final Attempt attempt;
  private final JobLogs logs;
  private final List<String> gathered = new ArrayList<>();
  private int sent;
  private CompletableFuture<Boolean> latest = CompletableFuture.completedFuture(true);

  AttemptLog(Attempt attempt, JobLogs logs) {
    this.attempt = attempt;
    this.logs = logs;
  }

  synchronized void add(String line) {
    int lines = sent + gathered.size();
    if (lines == 0) {
      logs.add(this);
    }
    if (lines < MAX_LINES) {
      gathered.add(lines == MAX_LINES - 1 ? LEFT_OUT : storable(line));
    }
  }

  // PostgreSQL's text cannot hold NUL.
  private static String storable(String line) {
    var clean = line.replace('\0', ' ');
    return clean.length() <= MAX_LINE ? clean : clean.substring(0, MAX_LINE - 1) + "…";
  }

  synchronized void send() {
    if (gathered.isEmpty()) {
      return;
    }
    var job = attempt.job();
    latest =
        logs.send(
            new JobNotes.Lines(
                attempt.worker(), job.id(), job.claimNo(), sent + 1, List.copyOf(gathered)));
    sent += gathered.size();
    gathered.clear();
  }

  /** Sends the rest and waits for it, so that it comes before the claim's end. */
  @Override
  public void close() {
    CompletableFuture<Boolean> last;
    synchronized (this) {
      send();
      last = latest;
    }
    logs.remove(this);
    try {
      var unused = last.get(2 * JobLogs.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      // What is lost was said when it was lost.
    }
  }
}
