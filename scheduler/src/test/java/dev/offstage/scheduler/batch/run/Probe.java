package dev.offstage.scheduler.batch.run;

import dev.offstage.scheduler.batch.Batch;
import dev.offstage.scheduler.batch.BatchParameter;
import dev.offstage.scheduler.batch.ParameterType;
import dev.offstage.scheduler.batch.step.BatchSteps;
import dev.offstage.scheduler.batch.step.RunParameters;
import dev.offstage.scheduler.batch.step.SkippedItemException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.batch.core.step.Step;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.batch.infrastructure.item.Chunk;
import org.springframework.batch.infrastructure.item.ExecutionContext;
import org.springframework.batch.infrastructure.item.ItemStreamReader;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;

/**
 * Batches that write the numbers from 1 on into a table, three a chunk, and let tests interfere.
 * Not annotated, so that only those have it who name it.
 */
class Probe {
  private static final Map<String, Hook> HOOKS = new ConcurrentHashMap<>();

  private static volatile InstantSource now = InstantSource.system();

  /** Moves time. */
  static void now(InstantSource clock) {
    now = clock;
  }

  @Bean
  @Primary
  InstantSource movedClock() {
    return () -> now.instant();
  }

  /** What a test does in the chunk that has the item. */
  interface Hook {
    void on(int item, BatchSteps steps) throws Exception;
  }

  static void hook(String label, Hook hook) {
    HOOKS.put(label, hook);
  }

  private static final List<BatchParameter> PARAMETERS =
      List.of(
          BatchParameter.required("label", ParameterType.TEXT, "whose numbers"),
          BatchParameter.optional("items", ParameterType.WHOLE_NUMBER, "10", "how many"),
          BatchParameter.optional("parts", ParameterType.WHOLE_NUMBER, "3", "of the partitioned"),
          BatchParameter.optional("from", ParameterType.DATE, "yesterday", "the first day"),
          BatchParameter.optional("to", ParameterType.DATE, "yesterday", "the last day"),
          BatchParameter.optional("tenant", ParameterType.TENANT, "whose"));

  @Bean
  Batch counting(BatchSteps steps) {
    return new Batch("probe", "Counts.", PARAMETERS, steps.job("probe", step(steps, "count")));
  }

  @Bean
  Batch countingInParts(BatchSteps steps) {
    var step = steps.partitioned("count", step(steps, "part"), Probe::parts);
    return new Batch("probe-parts", "Counts.", PARAMETERS, steps.job("probe-parts", step));
  }

  private static Map<String, ExecutionContext> parts(StepExecution step) {
    var parts = new TreeMap<String, ExecutionContext>();
    for (int n = 0; n < RunParameters.of(step).number("parts"); n++) {
      var context = new ExecutionContext();
      context.putInt("first", 1000 * n + 1);
      parts.put("p" + n, context);
    }
    return parts;
  }

  private static Step step(BatchSteps steps, String name) {
    var builder =
        steps
            .<Integer, Integer>chunks(
                name,
                3,
                step -> {
                  steps.record().total(step, RunParameters.of(step).number("items"));
                  return new Numbers(step);
                },
                step -> chunk -> write(steps, step, chunk))
            .processor(Probe::process);
    return steps.skipping(builder, 2).build();
  }

  private static Integer process(Integer item) {
    if (item % 1000 == 13) {
      throw new SkippedItemException("the item " + item, "brings bad luck");
    }
    return item;
  }

  private static void write(BatchSteps steps, StepExecution step, Chunk<? extends Integer> chunk)
      throws Exception {
    var label = RunParameters.of(step).text("label");
    for (int item : chunk) {
      steps
          .db()
          .jdbc()
          .sql("insert into probe_item (label, item, node) values (:label, :item, :node)")
          .param("label", label)
          .param("item", item)
          .param("node", System.identityHashCode(steps))
          .update();
      HOOKS.getOrDefault(label, (each, of) -> {}).on(item, steps);
    }
    steps.record().add(step, "numbers", chunk.size());
  }

  private static final class Numbers implements ItemStreamReader<Integer> {
    private final long items;
    private final int first;
    private int next;

    private Numbers(StepExecution step) {
      items = RunParameters.of(step).number("items");
      first = step.getExecutionContext().getInt("first", 1);
      next = first;
    }

    @Override
    public void open(ExecutionContext context) {
      next = context.getInt("next", first);
    }

    @Override
    public @Nullable Integer read() {
      return next < first + items ? next++ : null;
    }

    @Override
    public void update(ExecutionContext context) {
      context.putInt("next", next);
    }
  }
}
