package dev.offstage.scheduler.console.bulk;

import dev.offstage.audit.Act;
import dev.offstage.audit.Actor;
import dev.offstage.scheduler.batch.BatchRun;
import dev.offstage.scheduler.batch.Batches;
import dev.offstage.scheduler.batch.StartMode;
import dev.offstage.scheduler.console.act.Acts;
import java.util.Map;
import org.springframework.stereotype.Component;

/** What operators do to executions, from the API and from the page. */
@Component
public final class ExecutionActs {
  private final Batches batches;
  private final Acts acts;

  ExecutionActs(Batches batches, Acts acts) {
    this.batches = batches;
    this.acts = acts;
  }

  /**
   * Starts a batch.
   *
   * @param again also where it has completed for these parameters
   */
  public BatchRun start(String name, Map<String, String> parameters, boolean again, Actor actor) {
    known(name);
    var act =
        new Act(
                "batch.start",
                "batch:" + name,
                parameters.get("tenant"),
                Map.of("parameters", parameters))
            .with("again", again);
    var mode = again ? StartMode.AGAIN : StartMode.REFUSE_IF_COMPLETED;
    long execution =
        acts.act(
            actor,
            act,
            () -> batches.start(name, parameters, mode, actor.name()),
            id -> Map.of("execution", id));
    return find(execution);
  }

  void known(String name) {
    if (batches.all().stream().noneMatch(each -> each.name().equals(name))) {
      throw Acts.missing("batch");
    }
  }

  public BatchRun restart(long execution, Actor actor) {
    long next =
        acts.act(
            actor,
            Act.of("batch.restart", "execution:" + execution),
            () -> batches.restart(execution, actor.name()),
            started -> Map.of("execution", started));
    return find(next);
  }

  public BatchRun stop(long execution, Actor actor) {
    acts.act(actor, Act.of("batch.stop", "execution:" + execution), () -> batches.stop(execution));
    return find(execution);
  }

  public BatchRun abandon(long execution, Actor actor) {
    acts.act(
        actor, Act.of("batch.abandon", "execution:" + execution), () -> batches.abandon(execution));
    return find(execution);
  }

  public BatchRun find(long execution) {
    return batches.find(execution).orElseThrow(() -> Acts.missing("execution"));
  }
}
