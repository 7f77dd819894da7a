package dev.offstage.scheduler.console.bulk;

import dev.offstage.body.Fields;
import dev.offstage.body.Words;
import dev.offstage.scheduler.batch.Batch;
import dev.offstage.scheduler.batch.BatchRefusedException;
import dev.offstage.scheduler.batch.Batches;
import dev.offstage.scheduler.console.act.Acts;
import dev.offstage.scheduler.console.act.Asked;
import dev.offstage.scheduler.schedule.MissedPolicy;
import dev.offstage.scheduler.schedule.ScheduleDefinition;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Reads what a schedule shall do, and looks whether its batch would take what it is told. */
@Component
final class ScheduleReader {
  private static final int DEFAULT_RETRIES = 10;

  private final Batches batches;
  private final InstantSource clock;

  ScheduleReader(Batches batches, InstantSource clock) {
    this.batches = batches;
    this.clock = clock;
  }

  ScheduleDefinition read(Fields fields) {
    var cron = fields.required("cron", "such as 0 3 * * *", text -> text);
    var zone = Objects.requireNonNullElse(Asked.text(fields, "zone"), "UTC");
    var jitter = Objects.requireNonNullElse(fields.duration("jitter"), Duration.ZERO);
    var missed = fields.text("missed", text -> Words.of(MissedPolicy.class, "missed", text));
    int retries = fields.whole("retries", 0, 50, DEFAULT_RETRIES);
    var batch = Asked.text(fields, "batch");
    var parameters = BatchParameters.read(fields, "parameters");
    boolean again = fields.flag("again");
    var tenant = Asked.text(fields, "tenant");
    var kind = Asked.text(fields, "kind");
    var payload = fields.any("payload");
    fields.noOthers();
    fields.check();
    try {
      var definition =
          new ScheduleDefinition(
              String.valueOf(cron),
              zone,
              jitter,
              missed == null ? MissedPolicy.ONCE : missed,
              retries,
              batch,
              parameters,
              again,
              tenant,
              kind,
              payload == null ? null : payload.toString());
      check(definition.batch(), definition.parametersAt(clock.instant()));
      return definition;
    } catch (IllegalArgumentException e) {
      var text = String.valueOf(e.getMessage());
      int colon = text.indexOf(": ");
      throw Acts.invalid(colon < 0 ? "schedule" : text.substring(0, colon), Fields.detail(e));
    }
  }

  private void check(@Nullable String name, Map<String, String> parameters) {
    if (name == null) {
      return;
    }
    var known = batches.all();
    var batch =
        known.stream()
            .filter(each -> each.name().equals(name))
            .findFirst()
            .orElseThrow(
                () ->
                    Acts.invalid(
                        "batch",
                        "%s (expected: one of %s)"
                            .formatted(
                                Fields.shown(name),
                                String.join(", ", known.stream().map(Batch::name).toList()))));
    try {
      for (var parameter : batch.parameters()) {
        var value = parameters.get(parameter.name());
        if (value != null) {
          parameter.canonical(value, clock);
        } else if (parameter.required() && parameter.defaultValue() == null) {
          throw Acts.invalid(
              "parameters." + parameter.name(),
              "missing (expected: " + parameter.expectation() + ")");
        }
      }
    } catch (BatchRefusedException e) {
      throw Acts.problem(e);
    }
    for (var given : parameters.keySet()) {
      if (batch.parameters().stream().noneMatch(each -> each.name().equals(given))) {
        throw Acts.invalid(
            "parameters." + Fields.shown(given), "unknown (expected: one that the batch takes)");
      }
    }
  }
}
