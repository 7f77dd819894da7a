package dev.offstage.scheduler.console.api;

import dev.offstage.body.Fields;
import dev.offstage.body.Words;
import dev.offstage.job.JobId;
import dev.offstage.job.JobState;
import dev.offstage.scheduler.console.act.Acts;
import dev.offstage.scheduler.console.act.Asked;
import dev.offstage.store.JobFilter;
import java.util.EnumSet;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads which jobs are meant, in the words of the public API, and whose. */
final class JobFilters {
  private static final Pattern KIND = Pattern.compile("[a-z][a-z0-9_.-]{0,99}\\*?");

  private JobFilters() {}

  /** The tenant that is named; null for all. */
  static @Nullable String tenant(Fields fields) {
    return Asked.text(fields, "tenant");
  }

  /** The rest of the filter. */
  static JobFilter read(Fields fields, String tenant) {
    var states = EnumSet.noneOf(JobState.class);
    for (var text : fields.wordsOf("state")) {
      var state = fields.made("state", () -> Words.of(JobState.class, "state", text));
      if (state != null) {
        states.add(state);
      }
    }
    return new JobFilter(
        tenant,
        Asked.text(fields, "owner"),
        states,
        fields.text("kind", JobFilters::kind),
        Asked.text(fields, "pool"),
        Asked.text(fields, "tag"),
        fields.text("workflow", JobFilters::workflow),
        Asked.text(fields, "error"),
        Asked.text(fields, "q"),
        fields.time("createdFrom"),
        fields.time("createdTo"));
  }

  static JobFilter of(JobFilter filter, String tenant) {
    return new JobFilter(
        tenant,
        filter.owner(),
        filter.states(),
        filter.kind(),
        filter.pool(),
        filter.tag(),
        filter.workflow(),
        filter.error(),
        filter.words(),
        filter.from(),
        filter.to());
  }

  private static String kind(String text) {
    if (!KIND.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "kind: " + Fields.shown(text) + " (expected: a kind, or a beginning such as media.*)");
    }
    return text;
  }

  private static UUID workflow(String text) {
    try {
      return JobId.of(text).value();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "workflow: " + Fields.shown(text) + " (expected: a UUID)", e);
    }
  }

  /** The id of a job in a path. */
  static JobId id(String text) {
    try {
      return JobId.of(text);
    } catch (IllegalArgumentException e) {
      throw Acts.missing("job: an id is a UUID");
    }
  }
}
