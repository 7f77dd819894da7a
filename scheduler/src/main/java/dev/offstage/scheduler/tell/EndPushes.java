package dev.offstage.scheduler.tell;

import dev.offstage.client.JobClient;
import dev.offstage.job.Condition;
import dev.offstage.job.Job;
import dev.offstage.job.JobId;
import dev.offstage.job.JobKind;
import dev.offstage.job.JobState;
import dev.offstage.job.NewJob;
import dev.offstage.job.OnDiscard;
import dev.offstage.job.Parent;
import dev.offstage.push.PushRule;
import dev.offstage.push.PushRuleStore;
import dev.offstage.store.JobStore;
import dev.offstage.webhook.EventTypes;
import dev.offstage.webhook.Mark;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * One push for each job of an end user that has ended, where the tenant has a rule for it. The push
 * waits for the job like a callback does, by which it knows whether the app follows that live.
 */
@Component
final class EndPushes {
  private static final JobKind PUSH = new JobKind("push.send");

  private final PushRuleStore rules;
  private final JobStore jobs;
  private final JobClient client;
  private final JsonMapper json;

  EndPushes(PushRuleStore rules, JobStore jobs, JobClient client, JsonMapper json) {
    this.rules = rules;
    this.jobs = jobs;
    this.client = client;
    this.json = json;
  }

  /** A job's end. */
  private record End(JobId job, String tenant, JobState state) {}

  /**
   * Makes them, in the transaction under way.
   *
   * @return how many
   */
  int make(List<Mark> taken) {
    var ends = taken.stream().map(EndPushes::end).flatMap(Optional::stream).toList();
    if (ends.isEmpty()) {
      return 0;
    }
    var byTenant =
        rules.ofTenants(ends.stream().map(End::tenant).collect(Collectors.toSet())).stream()
            .collect(Collectors.groupingBy(PushRule::tenant));
    var wanted = ends.stream().filter(end -> byTenant.containsKey(end.tenant())).toList();
    if (wanted.isEmpty()) {
      return 0;
    }
    var pushes = pushes(wanted, byTenant);
    if (!pushes.isEmpty()) {
      client.offerAll(pushes); // a job that is gone meanwhile is refused: nobody asks for it
    }
    return pushes.size();
  }

  private static Optional<End> end(Mark mark) {
    if (mark.subject() == null || !mark.type().startsWith(EventTypes.JOB)) {
      return Optional.empty();
    }
    var word = mark.type().substring(EventTypes.JOB.length());
    return word.equals("failed") // it is tried again
        ? Optional.empty()
        : Optional.of(new End(new JobId(mark.subject()), mark.tenant(), JobState.of(word)));
  }

  private List<NewJob> pushes(List<End> ends, Map<String, List<PushRule>> rules) {
    var found =
        jobs.findAll(ends.stream().map(End::job).distinct().toList()).stream()
            .collect(Collectors.toMap(Job::id, job -> job));
    var pushes = new ArrayList<NewJob>();
    for (var end : ends) {
      var job = found.get(end.job());
      var rule = job == null ? null : rule(job, end, rules.getOrDefault(end.tenant(), List.of()));
      if (job != null && rule != null) {
        pushes.add(push(job, end, rule));
      }
    }
    return pushes;
  }

  private static @Nullable PushRule rule(Job job, End end, List<PushRule> rules) {
    // One that was redriven meanwhile has not ended: its next end leaves a mark of its own.
    return job.owner() == null || job.state() != end.state()
        ? null
        : PushRule.of(rules, job.kind())
            .filter(rule -> rule.ends().contains(end.state()))
            .orElse(null);
  }

  private NewJob push(Job job, End end, PushRule rule) {
    return NewJob.builder(job.tenant(), PUSH, payload(job, end, rule))
        .owner(job.owner())
        .priority(job.priority())
        .after(List.of(new Parent(job.id(), Condition.ENDED, OnDiscard.CONTINUE)))
        .build();
  }

  /** The rule's, and for the app, which job it is about. */
  private String payload(Job job, End end, PushRule rule) {
    var payload = (ObjectNode) json.readTree(rule.payload());
    if (!payload.has("unlessListening")) {
      payload.put("unlessListening", true);
    }
    var data = payload.withObjectProperty("data");
    data.put("job", job.id().toString());
    data.put("kind", job.kind().name());
    data.put("state", end.state().text());
    return json.writeValueAsString(payload);
  }
}
