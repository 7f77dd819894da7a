package dev.offstage.ingest.job;

import dev.offstage.body.Fields;
import dev.offstage.body.Words;
import dev.offstage.ingest.auth.Caller;
import dev.offstage.job.JobId;
import dev.offstage.job.JobState;
import dev.offstage.problem.ProblemException;
import dev.offstage.store.JobFilter;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Schema;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads which jobs are meant, from a query or from a body: both say it in the same words. */
final class Filters {
  /** What a filter may say, in this order in the description. */
  static final Set<String> NAMES =
      Set.of(
          "state",
          "kind",
          "pool",
          "queue",
          "tag",
          "owner",
          "workflow",
          "error",
          "q",
          "createdFrom",
          "createdTo");

  private static final Pattern KIND = Pattern.compile("[a-z][a-z0-9_.-]{0,99}\\*?");
  private static final int MAX_TEXT = 200;

  private Filters() {}

  /** The description of what {@link #read} reads from a query. */
  @Target(ElementType.METHOD)
  @Retention(RetentionPolicy.RUNTIME)
  @Parameter(
      name = "state",
      in = ParameterIn.QUERY,
      description = "One or more, by comma or repeated",
      schema = @Schema(type = "string"))
  @Parameter(
      name = "kind",
      in = ParameterIn.QUERY,
      description = "A kind, or a beginning such as `media.*`",
      schema = @Schema(type = "string"))
  @Parameter(name = "pool", in = ParameterIn.QUERY, schema = @Schema(type = "string"))
  @Parameter(
      name = "queue",
      in = ParameterIn.QUERY,
      description = "The pool",
      schema = @Schema(type = "string"))
  @Parameter(name = "tag", in = ParameterIn.QUERY, schema = @Schema(type = "string"))
  @Parameter(name = "owner", in = ParameterIn.QUERY, schema = @Schema(type = "string"))
  @Parameter(
      name = "workflow",
      in = ParameterIn.QUERY,
      schema = @Schema(type = "string", format = "uuid"))
  @Parameter(
      name = "error",
      in = ParameterIn.QUERY,
      description = "The reason of the latest failure",
      schema = @Schema(type = "string"))
  @Parameter(
      name = "q",
      in = ParameterIn.QUERY,
      description = "Words in the error of discarded jobs: `connection \"timed out\" -redis`",
      schema = @Schema(type = "string"))
  @Parameter(
      name = "createdFrom",
      in = ParameterIn.QUERY,
      schema = @Schema(type = "string", format = "date-time"))
  @Parameter(
      name = "createdTo",
      in = ParameterIn.QUERY,
      description = "Before",
      schema = @Schema(type = "string", format = "date-time"))
  @interface Described {}

  /**
   * An owner sees only what is its own, whatever is asked for.
   *
   * @throws ProblemException unless every member is good; members other than {@link #NAMES} are the
   *     caller's to judge
   */
  static JobFilter read(Fields fields, Caller caller) {
    var states = EnumSet.noneOf(JobState.class);
    for (var text : fields.wordsOf("state")) {
      var state = fields.made("state", () -> Words.of(JobState.class, "state", text));
      if (state != null) {
        states.add(state);
      }
    }
    var owner = bounded(fields, "owner");
    if (caller.owner() != null && owner != null && !owner.equals(caller.owner())) {
      fields.wrong("owner", "another's (expected: none, or the token's own)");
    }
    var pool = bounded(fields, "pool");
    var queue = bounded(fields, "queue");
    if (pool != null && queue != null && !pool.equals(queue)) {
      fields.wrong("queue", "given with pool (expected: either; they are the same)");
    }
    return new JobFilter(
        caller.tenant(),
        caller.owner() == null ? owner : caller.owner(),
        states,
        fields.text("kind", Filters::kind),
        pool == null ? queue : pool,
        bounded(fields, "tag"),
        fields.text("workflow", Filters::workflow),
        bounded(fields, "error"),
        bounded(fields, "q"),
        time(fields, "createdFrom"),
        time(fields, "createdTo"));
  }

  private static @Nullable String bounded(Fields fields, String name) {
    return fields.text(
        name,
        text -> {
          if (text.isBlank() || text.length() > MAX_TEXT) {
            throw new IllegalArgumentException(
                "%s: %s (expected: 1 to %d characters)"
                    .formatted(name, Fields.shown(text), MAX_TEXT));
          }
          return text;
        });
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

  private static @Nullable Instant time(Fields fields, String name) {
    return fields.time(name);
  }
}
