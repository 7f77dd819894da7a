package dev.offstage.scheduler.batch.step;

import dev.offstage.job.JobKind;
import dev.offstage.store.Db;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.partition.PartitionHandler;
import org.springframework.batch.core.partition.support.SimpleStepExecutionSplitter;
import org.springframework.batch.core.partition.support.TaskExecutorPartitionHandler;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.scope.context.StepSynchronizationManager;
import org.springframework.batch.core.step.Step;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.batch.core.step.builder.ChunkOrientedStepBuilder;
import org.springframework.batch.core.step.builder.PartitionStepBuilder;
import org.springframework.batch.core.step.builder.StepBuilder;
import org.springframework.batch.core.step.tasklet.Tasklet;
import org.springframework.batch.infrastructure.item.ExecutionContext;
import org.springframework.batch.infrastructure.item.ItemProcessor;
import org.springframework.batch.infrastructure.item.ItemStreamReader;
import org.springframework.batch.infrastructure.item.ItemWriter;
import org.springframework.core.task.TaskExecutor;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Makes jobs and their steps. A chunk, how far its reader came, its counts and its skips are one
 * commit, which only the execution's owner can make; a step that is told to stop does so at the end
 * of its chunk.
 *
 * <p>A statement in a chunk may take an hour, but no more than a minute may pass between two of
 * them.
 *
 * <p>Not to be used: skipping in writers. Spring Batch 6.0 writes the reader's place before the
 * rest of the chunk then, so that a death in between would lose items. Let a processor throw {@link
 * SkippedItemException}.
 */
public final class BatchSteps {
  /** In a partitioned step's context: where its parts run. */
  private static final String WHERE = "offstage.parts";

  private final JobRepository repository;
  private final PlatformTransactionManager transactions;
  private final Db db;
  private final Ownership ownership;
  private final TaskExecutor threads;
  private final PartJobs jobs;
  private final Interruption interruption;
  private final StepRecord record;

  /**
   * @param repository that writes for the executions of this node only
   * @param transactions of chunks, over the connections of {@code db}
   * @param threads that run the parts of partitioned steps
   * @param jobs that run those parts on workers which can run there
   */
  public BatchSteps(
      JobRepository repository,
      PlatformTransactionManager transactions,
      Db db,
      Ownership ownership,
      TaskExecutor threads,
      PartJobs jobs) {
    this.repository = repository;
    this.transactions = transactions;
    this.db = db;
    this.ownership = ownership;
    this.threads = threads;
    this.jobs = jobs;
    this.interruption = new Interruption(ownership);
    this.record = new StepRecord(db);
  }

  /**
   * Statements take part in the chunk's transaction, as do those of every store of the application,
   * and what a {@code JobClient} enqueues.
   */
  public Db db() {
    return db;
  }

  /** What operators see of a step. */
  public StepRecord record() {
    return record;
  }

  /** Steps one after the other; those that have completed are not repeated by a restart. */
  public Job job(String name, Step first, Step... others) {
    var builder = new JobBuilder(name, repository).start(first);
    for (var step : others) {
      builder = builder.next(step);
    }
    return builder.build();
  }

  /**
   * A step that reads items, works on each, and writes them by the chunk. Its parts are made anew
   * for each execution. A reader's {@code update} says where it is, {@code open} goes on from
   * there; both are the keys of an {@link ExecutionContext}.
   */
  public <I, O> ChunkOrientedStepBuilder<I, O> chunks(
      String name,
      int size,
      Function<StepExecution, ? extends ItemStreamReader<I>> reader,
      Function<StepExecution, ? extends ItemWriter<O>> writer) {
    return new StepBuilder(name, repository)
        .<I, O>chunk(size)
        .transactionManager(transactions)
        .interruptionPolicy(interruption)
        .reader(EachExecution.reader(reader))
        .writer(EachExecution.writer(writer));
  }

  /** A processor that is made anew for each execution. */
  public <I, O> ItemProcessor<I, O> processor(
      Function<StepExecution, ? extends ItemProcessor<I, O>> processor) {
    return EachExecution.processor(processor);
  }

  /**
   * Lets a step leave out what its processor throws {@link SkippedItemException} for.
   *
   * @param limit with one more than so many the step fails
   */
  public <I, O> ChunkOrientedStepBuilder<I, O> skipping(
      ChunkOrientedStepBuilder<I, O> builder, long limit) {
    return builder
        .faultTolerant()
        .skip(SkippedItemException.class)
        .skipLimit(limit)
        .skipListener(new SkipLog(record));
  }

  /** A step that is repeated, a transaction each time, until it says that it is finished. */
  public Step tasklet(String name, Tasklet tasklet) {
    var step = new StepBuilder(name, repository).tasklet(tasklet, transactions).build();
    step.setInterruptionPolicy(interruption);
    return step;
  }

  /** Lets a step wait before its next chunk, or repetition, while it holds no connection. */
  public void rest(StepExecution step, Duration rest) {
    interruption.rest(step, rest);
  }

  /**
   * A step whose parts run at the same time, each an execution of {@code part} that is restarted by
   * itself, and is known as {@code name:part}.
   *
   * @param parts by name, together with the step's at most 100 characters, each with what it is to
   *     do; asked for again at a restart, when those that have completed are left alone
   */
  public Step partitioned(
      String name, Step part, Function<StepExecution, Map<String, ExecutionContext>> parts) {
    return builder(name, parts).partitionHandler(local(part)).build();
  }

  /**
   * The same, for parts that can run on workers, too. Where they run is decided when the run
   * begins, by the configuration, and stays so when it is restarted.
   *
   * @param kind of the jobs that do the parts
   * @param payload what the job of a part is told besides the members {@code instance}, {@code
   *     step} and {@code execution}
   */
  public Step partitioned(
      String name,
      Step part,
      Function<StepExecution, Map<String, ExecutionContext>> parts,
      JobKind kind,
      Function<StepExecution, Map<String, Object>> payload) {
    var with =
        new WorkerParts.Parts(
            repository, new TransactionTemplate(transactions), db, ownership, jobs);
    var remote = new WorkerParts(with, kind, payload);
    var local = local(part);
    PartitionHandler either =
        (splitter, manager) -> (isRemote(manager) ? remote : local).handle(splitter, manager);
    return builder(name, parts).partitionHandler(either).build();
  }

  private boolean isRemote(StepExecution manager) {
    var context = manager.getExecutionContext();
    if (!context.containsKey(WHERE)) {
      context.putString(WHERE, jobs.enabled() ? "workers" : "threads");
      repository.updateExecutionContext(manager);
    }
    return context.getString(WHERE).equals("workers");
  }

  private PartitionStepBuilder builder(
      String name, Function<StepExecution, Map<String, ExecutionContext>> parts) {
    return new PartitionStepBuilder(new StepBuilder(name, repository))
        .splitter(
            new SimpleStepExecutionSplitter(repository, name, size -> parts.apply(running())));
  }

  private PartitionHandler local(Step part) {
    var handler = new TaskExecutorPartitionHandler();
    handler.setStep(part);
    handler.setTaskExecutor(threads);
    return handler;
  }

  private static StepExecution running() {
    var context = StepSynchronizationManager.getContext();
    if (context == null) {
      throw new IllegalStateException("No step runs on this thread");
    }
    return context.getStepExecution();
  }
}
