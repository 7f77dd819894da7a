package dev.offstage.job;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Jobs that belong together, some of which wait for others.
 *
 * @param members in any order; at least one
 * @param onDiscard what becomes of a member whose predecessor was discarded or cancelled
 * @param onCompleted enqueued once every member has ended, all of them completed
 * @param onFailed enqueued once every member has ended, one of them not completed
 */
public record NewWorkflow(
    String tenant,
    @Nullable String owner,
    String name,
    OnDiscard onDiscard,
    List<Member> members,
    @Nullable NewJob onCompleted,
    @Nullable NewJob onFailed) {
  /** As many members as one workflow may have at its start. */
  public static final int MAX_MEMBERS = 10_000;

  /**
   * One job of it.
   *
   * @param ref its name within the workflow
   * @param after the refs of the members that it waits for
   */
  public record Member(String ref, NewJob job, List<String> after) {
    public Member {
      after = List.copyOf(after);
    }
  }

  /**
   * @throws IllegalArgumentException if a ref is given twice or to nobody, or jobs wait for each
   *     other in a circle
   */
  public NewWorkflow {
    members = List.copyOf(members);
    if (members.isEmpty() || members.size() > MAX_MEMBERS) {
      throw new IllegalArgumentException(
          "jobs: " + members.size() + " of them (expected: 1 to " + MAX_MEMBERS + ")");
    }
    WorkflowOrder.check(members);
  }
}
