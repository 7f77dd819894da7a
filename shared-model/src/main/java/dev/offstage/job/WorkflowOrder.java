package dev.offstage.job;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Checks that a workflow's members can run in some order. */
final class WorkflowOrder {
  private WorkflowOrder() {}

  static void check(List<NewWorkflow.Member> members) {
    var missing = new HashMap<String, Integer>();
    for (var member : members) {
      Keys.check("ref", member.ref());
      if (missing.put(member.ref(), (int) member.after().stream().distinct().count()) != null) {
        throw new IllegalArgumentException("ref: " + member.ref() + " is given twice");
      }
    }
    var children = children(members, missing);
    var ready = new ArrayDeque<String>();
    missing.forEach(
        (ref, count) -> {
          if (count == 0) {
            ready.add(ref);
          }
        });
    int ordered = 0;
    for (var ref = ready.poll(); ref != null; ref = ready.poll()) {
      ordered++;
      for (var child : children.getOrDefault(ref, List.of())) {
        if (missing.merge(child, -1, Integer::sum) == 0) {
          ready.add(child);
        }
      }
    }
    if (ordered < members.size()) {
      throw new IllegalArgumentException("after: jobs wait for each other in a circle");
    }
  }

  private static Map<String, List<String>> children(
      List<NewWorkflow.Member> members, Map<String, Integer> known) {
    var children = new HashMap<String, List<String>>();
    for (var member : members) {
      for (var parent : member.after().stream().distinct().toList()) {
        if (!known.containsKey(parent)) {
          throw new IllegalArgumentException(
              "after: " + parent + " (expected: the ref of a job of this workflow)");
        }
        children.computeIfAbsent(parent, ref -> new ArrayList<>()).add(member.ref());
      }
    }
    return children;
  }
}
