package dev.offstage.client;

import dev.offstage.job.Enqueued;
import dev.offstage.job.JobId;
import dev.offstage.job.NewJob;
import dev.offstage.job.OnDiscard;
import dev.offstage.job.Parent;
import dev.offstage.queue.QueueProperties;
import dev.offstage.store.Batcher;
import dev.offstage.store.EnqueueStore;
import dev.offstage.store.JobIds;
import dev.offstage.store.JobRow;
import dev.offstage.store.LinkedEnqueueStore;
import dev.offstage.store.Transience;
import dev.offstage.trace.JobTraces;
import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.TransientDataAccessResourceException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Inserts jobs, and once they are committed lets the worker pools know. Jobs that concern no other
 * row share their round trips with those of other callers; jobs with keys or parents do so in a
 * lane of their own, so that a key that somebody holds for long delays nobody else.
 */
@Component
final class TransactionalJobClient implements JobClient {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Batcher.Limits PLAIN = new Batcher.Limits(200, 5_000, PATIENCE);
  private static final Batcher.Limits LINKED = new Batcher.Limits(100, 5_000, PATIENCE);

  /** From so many jobs of one caller on, they are a batch of their own. */
  private static final int BULK = 100;

  private static final int BULK_BATCH = 1_000;

  private final JobIds ids;
  private final QueueProperties queues;
  private final Announcer announcer;
  private final JobTraces traces;
  private final EnqueueStore store;
  private final LinkedEnqueueStore linkedStore;
  private final Batcher<JobRow, Enqueued> plain;
  private final Batcher<JobRow, Enqueued> linked;

  TransactionalJobClient(
      JobIds ids,
      QueueProperties queues,
      Announcer announcer,
      JobTraces traces,
      EnqueueStore store,
      LinkedEnqueueStore linkedStore) {
    this.ids = ids;
    this.queues = queues;
    this.announcer = announcer;
    this.traces = traces;
    this.store = store;
    this.linkedStore = linkedStore;
    this.plain = new Batcher<>("enqueue", PLAIN, store::insert, announcer::announce);
    this.linked = new Batcher<>("enqueue-linked", LINKED, this::insertLinked);
  }

  @Override
  public List<Enqueued> offerAll(List<NewJob> jobs) {
    var rows = jobs.stream().map(this::row).toList();
    var answers = new Enqueued[rows.size()];
    boolean joined = TransactionSynchronizationManager.isActualTransactionActive();
    for (boolean inLane : new boolean[] {false, true}) {
      var lane = new ArrayList<Integer>();
      for (int i = 0; i < rows.size(); i++) {
        if (rows.get(i).job().isLinked() == inLane) {
          lane.add(i);
        }
      }
      if (!lane.isEmpty()) {
        var mine = lane.stream().map(rows::get).toList();
        var theirs = joined ? joinTransaction(mine, inLane) : insert(mine, inLane);
        for (int i = 0; i < theirs.size(); i++) {
          answers[lane.get(i)] = theirs.get(i);
        }
      }
    }
    return Arrays.asList(answers);
  }

  private JobRow row(NewJob job) {
    var pool = queues.poolOf(job.kind());
    var id = ids.next();
    return new JobRow(
        id, job, pool, announcer.grace(job, pool), traces.current(), callback(id, job));
  }

  private @Nullable JobRow callback(JobId caller, NewJob job) {
    var callback = job.callback();
    return callback == null
        ? null
        : JobRow.of(
            ids.next(),
            NewJob.builder(job.tenant(), callback.kind(), callback.payload())
                .owner(job.owner())
                .priority(job.priority())
                .after(List.of(new Parent(caller, callback.on(), OnDiscard.CANCEL)))
                .build(),
            queues.poolOf(callback.kind()),
            traces.current());
  }

  private List<Enqueued> insert(List<JobRow> rows, boolean inLane) {
    Function<List<JobRow>, List<Enqueued>> flush = inLane ? this::insertLinked : this::insertPlain;
    if (rows.size() < BULK) {
      var batcher = inLane ? linked : plain;
      try {
        return rows.stream().map(batcher::submit).toList().stream()
            .map(TransactionalJobClient::answer)
            .toList();
      } catch (RejectedExecutionException e) {
        throw new TransientDataAccessResourceException("too many jobs are being enqueued", e);
      }
    }
    var answers = new ArrayList<Enqueued>(rows.size());
    for (int from = 0; from < rows.size(); from += BULK_BATCH) {
      var batch = rows.subList(from, Math.min(from + BULK_BATCH, rows.size()));
      answers.addAll(Transience.patiently(PATIENCE, () -> flush.apply(batch)));
    }
    return answers;
  }

  private static Enqueued answer(CompletableFuture<Enqueued> future) {
    try {
      return future.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  private List<Enqueued> insertPlain(List<JobRow> rows) {
    var answers = store.insert(rows);
    announcer.announce(rows);
    return answers;
  }

  private List<Enqueued> insertLinked(List<JobRow> rows) {
    var answers = linkedStore.enqueue(rows);
    announcer.announceLinked(answers);
    return answers.enqueued();
  }

  private List<Enqueued> joinTransaction(List<JobRow> rows, boolean inLane) {
    if (!inLane) {
      var answers = store.insert(rows);
      Announcer.afterCommit(() -> announcer.announce(rows));
      return answers;
    }
    var answers = linkedStore.enqueue(rows);
    Announcer.afterCommit(() -> announcer.announceLinked(answers));
    return answers.enqueued();
  }

  @PreDestroy
  void close() {
    plain.close();
    linked.close();
  }
}
