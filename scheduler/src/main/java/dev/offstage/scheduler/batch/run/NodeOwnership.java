package dev.offstage.scheduler.batch.run;

import dev.offstage.scheduler.batch.step.ExecutionLostException;
import dev.offstage.scheduler.batch.step.Ownership;
import java.time.Duration;

/** An execution is this node's while its row names the node, and the node's lease stands. */
final class NodeOwnership implements Ownership {
  private final Running running;
  private final BatchLease lease;
  private final RunStore runs;

  NodeOwnership(Running running, BatchLease lease, RunStore runs) {
    this.running = running;
    this.lease = lease;
    this.runs = runs;
  }

  @Override
  public void hold(long execution) {
    var entry = entry(execution);
    if (entry.why() == Running.Why.LOST || !lease.stands() || !runs.hold(execution, entry.node())) {
      throw new ExecutionLostException(execution);
    }
  }

  @Override
  public boolean isEnding(long execution) {
    return entry(execution).isEnding();
  }

  @Override
  public void rest(long execution, Duration atMost) throws InterruptedException {
    entry(execution).rest(atMost);
  }

  private Running.Entry entry(long execution) {
    var entry = running.find(execution);
    if (entry == null) {
      throw new ExecutionLostException(execution);
    }
    return entry;
  }
}
