package dev.offstage.ingest.enqueue;

import dev.offstage.client.JobClient;
import dev.offstage.ingest.auth.Caller;
import dev.offstage.job.Enqueued;
import dev.offstage.job.NewJob;
import dev.offstage.problem.ProblemException;
import dev.offstage.problem.ProblemType;
import dev.offstage.store.Transience;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * One batch on its way: some items are read, committed and answered, then the next. Nothing is held
 * for the client but those, and no transaction is open while it is waited for.
 */
final class Batch {
  private static final Logger log = LoggerFactory.getLogger(Batch.class);

  static final int MAX_ITEMS = 10_000;
  private static final int CHUNK_ITEMS = 1_000;
  private static final int CHUNK_CHARS = 4 * 1024 * 1024;
  private static final ProblemType TOO_MANY = ProblemType.of(413, "too-many-items", "Too many");

  private final JobReader reader;
  private final JobClient client;
  private final Caller caller;
  private final @Nullable String key;
  private final BatchAnswers answers;
  private int index;
  private boolean away;

  Batch(
      JobReader reader,
      JobClient client,
      Caller caller,
      @Nullable String key,
      BatchAnswers answers) {
    this.reader = reader;
    this.client = client;
    this.caller = caller;
    this.key = key;
    this.answers = answers;
  }

  /** An item that was read: to be enqueued, or refused already. */
  private record Entry(
      int index,
      @Nullable NewJob job,
      @Nullable Receipt receipt,
      @Nullable ProblemException problem) {}

  void run(BatchItems items) throws IOException {
    boolean more = true;
    while (more) {
      var chunk = new ArrayList<Entry>();
      int chars = 0;
      do {
        var item = items.next();
        more = item != null && !item.last() && index < MAX_ITEMS;
        if (item != null) {
          var entry = entry(item);
          chunk.add(entry);
          chars += entry.job() == null ? 0 : entry.job().payload().length();
        }
      } while (more
          && chunk.size() < CHUNK_ITEMS
          && chars < CHUNK_CHARS
          && !(items.isDrained() && !chunk.isEmpty()));
      answer(chunk);
      answers.show();
    }
    answers.end();
  }

  private Entry entry(BatchItems.Item item) {
    int number = index++;
    if (number == MAX_ITEMS) {
      var problem = TOO_MANY.because("A batch has at most " + MAX_ITEMS + " items.");
      return new Entry(number, null, null, problem);
    }
    JsonNode value = item.value();
    if (value == null) {
      return new Entry(number, null, null, item.problem());
    }
    try {
      var wanted = reader.read(value, caller);
      var itemKey = key == null ? null : RepeatKeys.of(caller, key, number);
      var repeat = EnqueueController.repeat(itemKey, wanted, value, caller);
      var job = wanted.job().toBuilder().idempotency(repeat).build();
      return new Entry(number, job, wanted.receipt(), null);
    } catch (ProblemException e) {
      return new Entry(number, null, JobReader.receiptOf(value), e);
    }
  }

  private void answer(List<Entry> chunk) {
    var jobs = new ArrayList<NewJob>(chunk.size());
    for (var entry : chunk) {
      if (entry.job() != null) {
        jobs.add(entry.job());
      }
    }
    var enqueued = enqueue(jobs);
    int next = 0;
    for (var entry : chunk) {
      if (entry.problem() != null) {
        answers.add(BatchAnswer.bad(entry.index(), entry.problem(), entry.receipt()));
      } else {
        answers.add(enqueued == null ? failed(entry) : answer(entry, enqueued.get(next++)));
      }
    }
  }

  /** Null if it failed; once PostgreSQL is away, it is not asked again for this batch. */
  private @Nullable List<Enqueued> enqueue(List<NewJob> jobs) {
    if (jobs.isEmpty() || away) {
      return away ? null : List.of();
    }
    try {
      return client.offerAll(jobs);
    } catch (RuntimeException e) {
      away = Transience.of(e);
      if (away) {
        log.warn("A batch is answered 503 from here on: {}", e.toString());
      } else {
        log.error("Unexpected failure within a batch", e);
      }
      return null;
    }
  }

  private BatchAnswer failed(Entry entry) {
    var problem =
        away
            ? ProblemType.UNAVAILABLE.because("Please try again shortly.")
            : ProblemType.INTERNAL.because("This is our fault, not yours.");
    return BatchAnswer.bad(entry.index(), problem, entry.receipt());
  }

  private static BatchAnswer answer(Entry entry, Enqueued enqueued) {
    boolean keyed = entry.job() != null && entry.job().idempotency() != null;
    return switch (enqueued) {
      case Enqueued.Accepted accepted ->
          BatchAnswer.good(
              entry.index(),
              EnqueuedView.of(accepted.id(), accepted.state(), false, entry.receipt()),
              false);
      case Enqueued.Existing existing ->
          BatchAnswer.good(
              entry.index(),
              EnqueuedView.of(existing.id(), existing.state(), !keyed, entry.receipt()),
              true);
      case Enqueued.Refused refused ->
          BatchAnswer.bad(entry.index(), EnqueueProblems.of(refused), entry.receipt());
    };
  }
}
