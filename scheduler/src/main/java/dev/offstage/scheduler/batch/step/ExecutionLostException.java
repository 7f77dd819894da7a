package dev.offstage.scheduler.batch.step;

/** This node no longer owns an execution: its lease has lapsed, and another goes on with it. */
public final class ExecutionLostException extends RuntimeException {
  public ExecutionLostException(long execution) {
    super("the execution " + execution + " is no longer this node's");
  }
}
