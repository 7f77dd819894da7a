package dev.offstage.scheduler.console;

import dev.offstage.scheduler.batch.Batch;
import dev.offstage.scheduler.batch.BatchParameter;
import dev.offstage.scheduler.batch.ParameterType;
import dev.offstage.scheduler.batch.step.BatchSteps;
import dev.offstage.scheduler.batch.step.RunParameters;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.batch.infrastructure.item.ExecutionContext;
import org.springframework.batch.infrastructure.item.ItemStreamReader;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;

/** A batch of a hundred items, ten a chunk, that waits where a test says, and fails once where. */
@TestConfiguration(proxyBeanMethods = false)
public class Staged {
  private static final int ITEMS = 100;
  private static final Map<String, Semaphore> HELD = new ConcurrentHashMap<>();
  private static final Set<String> FAILING = ConcurrentHashMap.newKeySet();

  /** Lets runs of that label wait before their seventh chunk until the permit is there. */
  public static Semaphore hold(String label) {
    return HELD.computeIfAbsent(label, each -> new Semaphore(0));
  }

  /** Lets the next run of that label fail in its fifth chunk. */
  public static void fail(String label) {
    FAILING.add(label);
  }

  @Bean
  Batch stagedBatch(BatchSteps steps) {
    var step =
        steps
            .<Integer, Integer>chunks(
                "items",
                10,
                execution -> {
                  steps.record().total(execution, ITEMS);
                  return new Items();
                },
                execution -> chunk -> write(steps, execution, chunk.getItems()))
            .build();
    return new Batch(
        "staged",
        "Counts to a hundred.",
        List.of(
            BatchParameter.required("label", ParameterType.TEXT, "whose items"),
            BatchParameter.optional("tick", ParameterType.TEXT, "for which it runs")),
        steps.job("staged", step));
  }

  private static void write(
      BatchSteps steps, StepExecution execution, List<? extends Integer> items)
      throws InterruptedException {
    var label = RunParameters.of(execution).text("label");
    if (items.contains(45) && FAILING.remove(label)) {
      throw new IllegalStateException("the fifth chunk does not want to");
    }
    var held = HELD.get(label);
    if (items.contains(65) && held != null) {
      steps.rest(execution, Duration.ZERO);
      held.acquire();
    }
    for (int item : items) {
      steps
          .db()
          .jdbc()
          .sql("insert into staged_item (label, item) values (:label, :item)")
          .param("label", label)
          .param("item", item)
          .update();
    }
  }

  private static final class Items implements ItemStreamReader<Integer> {
    private int next = 1;

    @Override
    public void open(ExecutionContext context) {
      next = context.getInt("next", 1);
    }

    @Override
    public @Nullable Integer read() {
      return next <= ITEMS ? next++ : null;
    }

    @Override
    public void update(ExecutionContext context) {
      context.putInt("next", next);
    }
  }
}
