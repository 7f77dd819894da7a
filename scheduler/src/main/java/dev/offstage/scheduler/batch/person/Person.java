package dev.offstage.scheduler.batch.person;

import dev.offstage.scheduler.batch.step.RunParameters;
import org.springframework.batch.core.step.StepExecution;

/**
 * An end user of a tenant.
 *
 * @param user as tokens and events name them
 */
public record Person(String tenant, String user) {

  /** Whom a step's execution is about. */
  public static Person of(StepExecution step) {
    var run = RunParameters.of(step);
    return new Person(run.text("tenant"), run.text("user"));
  }

  /** Says nothing of whom. */
  @Override
  public String toString() {
    return "a person of " + tenant;
  }
}
