package dev.offstage.ingest.workflow;

import dev.offstage.body.Fields;
import dev.offstage.body.Words;
import dev.offstage.ingest.auth.Caller;
import dev.offstage.ingest.enqueue.JobReader;
import dev.offstage.job.NewJob;
import dev.offstage.job.NewWorkflow;
import dev.offstage.job.OnDiscard;
import dev.offstage.problem.FieldProblem;
import dev.offstage.problem.ProblemException;
import dev.offstage.problem.ProblemType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/** Makes workflows of what callers ask for, and says everything that is wrong with it at once. */
@Component
class WorkflowReader {
  private static final int MAX_NAME = 200;

  private final JobReader jobs;

  WorkflowReader(JobReader jobs) {
    this.jobs = jobs;
  }

  /**
   * @throws ProblemException naming all that is wrong
   */
  NewWorkflow read(JsonNode body, Caller caller) {
    var fields = Fields.of(body);
    var name = fields.text("name", WorkflowReader::name);
    var owner = JobReader.owner(fields);
    var onDiscard = fields.text("onDiscard", text -> Words.of(OnDiscard.class, "onDiscard", text));
    var members = members(fields, caller, owner);
    var onCompleted = whole(fields.object("onCompleted"), caller, owner);
    var onFailed = whole(fields.object("onFailed"), caller, owner);
    fields.noOthers();
    fields.check();
    try {
      return new NewWorkflow(
          caller.tenant(),
          owner,
          name == null ? "workflow" : name,
          onDiscard == null ? OnDiscard.CANCEL : onDiscard,
          members,
          onCompleted,
          onFailed);
    } catch (IllegalArgumentException e) {
      throw ProblemType.INVALID_REQUEST
          .because("The jobs do not make a workflow.")
          .errors(List.of(new FieldProblem("jobs", String.valueOf(e.getMessage()))));
    }
  }

  private static String name(String text) {
    if (text.isBlank() || text.length() > MAX_NAME) {
      throw new IllegalArgumentException(
          "name: %s (expected: 1 to %d characters)".formatted(text, MAX_NAME));
    }
    return text;
  }

  private List<NewWorkflow.Member> members(Fields fields, Caller caller, @Nullable String owner) {
    var members = new ArrayList<NewWorkflow.Member>();
    if (!fields.has("jobs")) {
      fields.wrong("jobs", "missing (expected: an array of jobs)");
    }
    for (var each : fields.objects("jobs", "kind")) {
      var ref = each.required("ref", "its name within the workflow", text -> text);
      var after = each.texts("after");
      var job = jobs.readMember(each, caller, owner);
      each.noOthers();
      if (ref != null && job.isPresent()) {
        members.add(new NewWorkflow.Member(ref, job.get(), after));
      }
    }
    return members;
  }

  private @Nullable NewJob whole(@Nullable Fields fields, Caller caller, @Nullable String owner) {
    if (fields == null) {
      return null;
    }
    var job = jobs.readMember(fields, caller, owner).orElse(null);
    fields.noOthers();
    return job;
  }
}
