package dev.offstage.scheduler.batch.step;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.batch.core.scope.context.StepSynchronizationManager;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.batch.infrastructure.item.Chunk;
import org.springframework.batch.infrastructure.item.ExecutionContext;
import org.springframework.batch.infrastructure.item.ItemProcessor;
import org.springframework.batch.infrastructure.item.ItemStream;
import org.springframework.batch.infrastructure.item.ItemStreamReader;
import org.springframework.batch.infrastructure.item.ItemStreamWriter;
import org.springframework.batch.infrastructure.item.ItemWriter;

/**
 * One part of a step for each of its executions: a step is one object, and several executions of
 * it, or its partitions, run at the same time. The part is made when the execution opens, and
 * forgotten when it closes.
 */
abstract class EachExecution<T> implements ItemStream {
  private final Function<StepExecution, ? extends T> factory;
  private final Map<Long, T> parts = new ConcurrentHashMap<>();

  private EachExecution(Function<StepExecution, ? extends T> factory) {
    this.factory = factory;
  }

  static <I> ItemStreamReader<I> reader(
      Function<StepExecution, ? extends ItemStreamReader<I>> factory) {
    return new Reader<>(factory);
  }

  static <I, O> ItemProcessor<I, O> processor(
      Function<StepExecution, ? extends ItemProcessor<I, O>> factory) {
    return new Processor<>(factory);
  }

  static <O> ItemStreamWriter<O> writer(Function<StepExecution, ? extends ItemWriter<O>> factory) {
    return new Writer<>(factory);
  }

  @Override
  public void open(ExecutionContext context) {
    var execution = execution();
    T part = factory.apply(execution);
    parts.put(execution.getId(), part);
    if (part instanceof ItemStream stream) {
      stream.open(context);
    }
  }

  @Override
  public void update(ExecutionContext context) {
    if (part() instanceof ItemStream stream) {
      stream.update(context);
    }
  }

  @Override
  public void close() {
    if (parts.remove(execution().getId()) instanceof ItemStream stream) {
      stream.close();
    }
  }

  T part() {
    var part = parts.get(execution().getId());
    if (part == null) {
      throw new IllegalStateException("The step is not open");
    }
    return part;
  }

  private static StepExecution execution() {
    var context = StepSynchronizationManager.getContext();
    if (context == null) {
      throw new IllegalStateException("No step runs on this thread");
    }
    return context.getStepExecution();
  }

  private static final class Reader<I> extends EachExecution<ItemStreamReader<I>>
      implements ItemStreamReader<I> {
    private Reader(Function<StepExecution, ? extends ItemStreamReader<I>> factory) {
      super(factory);
    }

    @Override
    public @Nullable I read() throws Exception {
      return part().read();
    }
  }

  private static final class Processor<I, O> extends EachExecution<ItemProcessor<I, O>>
      implements ItemProcessor<I, O> {
    private Processor(Function<StepExecution, ? extends ItemProcessor<I, O>> factory) {
      super(factory);
    }

    @Override
    public @Nullable O process(I item) throws Exception {
      return part().process(item);
    }
  }

  private static final class Writer<O> extends EachExecution<ItemWriter<O>>
      implements ItemStreamWriter<O> {
    private Writer(Function<StepExecution, ? extends ItemWriter<O>> factory) {
      super(factory);
    }

    @Override
    public void write(Chunk<? extends O> chunk) throws Exception {
      part().write(chunk);
    }
  }
}
