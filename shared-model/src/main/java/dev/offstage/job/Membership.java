package dev.offstage.job;

import java.util.UUID;

/**
 * A job's place in a workflow.
 *
 * @param ref its name there, by which jobs that wait for it find its result
 */
public record Membership(UUID workflow, String ref) {
  /**
   * @throws IllegalArgumentException naming the field, its value and what was expected
   */
  public Membership {
    Keys.check("ref", ref);
  }
}
