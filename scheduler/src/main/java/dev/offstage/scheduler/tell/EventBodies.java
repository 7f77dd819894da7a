package dev.offstage.scheduler.tell;

import dev.offstage.job.Job;
import dev.offstage.job.JobId;
import dev.offstage.job.JobState;
import dev.offstage.store.JobStore;
import dev.offstage.webhook.EventTypes;
import dev.offstage.webhook.Mark;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What events say: {@code type}, {@code timestamp} and {@code data}, as Standard Webhooks advise.
 * Made once, so that every endpoint and every try has the same bytes.
 */
@Component
final class EventBodies {
  /** A result that is larger is left out: who wants it asks for the job. */
  private static final int MOST_RESULT = 64 * 1024;

  private final JobStore jobs;
  private final EventAssets assets;
  private final JsonMapper json;

  EventBodies(JobStore jobs, EventAssets assets, JsonMapper json) {
    this.jobs = jobs;
    this.assets = assets;
    this.json = json;
  }

  /** The body of each mark. */
  Map<Mark, String> of(List<Mark> marks) {
    var found = new HashMap<JobId, Job>();
    jobs.findAll(
            marks.stream().filter(EventBodies::isOfJob).map(EventBodies::job).distinct().toList())
        .forEach(job -> found.put(job.id(), job));
    var bodies = new LinkedHashMap<Mark, String>();
    for (var mark : marks) {
      bodies.put(mark, body(mark, found));
    }
    return bodies;
  }

  private static boolean isOfJob(Mark mark) {
    return mark.subject() != null && mark.type().startsWith(EventTypes.JOB);
  }

  private static JobId job(Mark mark) {
    return new JobId(mark.subject() == null ? new UUID(0, 0) : mark.subject());
  }

  private String body(Mark mark, Map<JobId, Job> found) {
    var body = json.createObjectNode();
    body.put("type", mark.type());
    body.put("timestamp", mark.at().toString());
    body.set("data", data(mark, found));
    return json.writeValueAsString(body);
  }

  private JsonNode data(Mark mark, Map<JobId, Job> found) {
    if (isOfJob(mark)) {
      return jobData(mark, found.get(job(mark)));
    }
    if (mark.type().equals(EventTypes.ASSET_READY) && mark.subject() != null) {
      return assets.data(mark.tenant(), mark.subject());
    }
    return mark.data() == null ? json.createObjectNode() : json.readTree(mark.data());
  }

  /** The job may have been tried again, or redriven, since the mark; that says how it was then. */
  private ObjectNode jobData(Mark mark, @Nullable Job job) {
    var data = json.createObjectNode();
    data.put("id", job(mark).toString());
    var event = mark.type().substring(EventTypes.JOB.length());
    data.put("state", event.equals("failed") ? JobState.RETRYABLE.text() : event);
    if (job != null) {
      describe(job, data);
    }
    if (mark.data() != null) {
      json.readTree(mark.data()).properties().forEach(m -> data.set(m.getKey(), m.getValue()));
    }
    if (job != null && job.state() == JobState.COMPLETED) {
      result(job, data);
    }
    return data;
  }

  private static void describe(Job job, ObjectNode data) {
    data.put("kind", job.kind().name());
    if (job.owner() != null) {
      data.put("owner", job.owner());
    }
    var tags = data.putArray("tags");
    job.tags().forEach(tags::add);
    if (job.workflow() != null) {
      data.put("workflow", job.workflow().toString());
    }
    data.put("attempt", job.attempt());
    data.put("maxAttempts", job.maxAttempts());
    data.put("createdAt", job.createdAt().toString());
  }

  private void result(Job job, ObjectNode data) {
    var result = job.result();
    if (result == null) {
      return;
    }
    if (result.length() > MOST_RESULT) {
      data.put("resultOmitted", true);
    } else {
      data.set("result", json.readTree(result));
    }
  }
}
