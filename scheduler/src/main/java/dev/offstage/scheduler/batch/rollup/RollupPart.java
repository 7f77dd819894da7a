package dev.offstage.scheduler.batch.rollup;

import dev.offstage.rollup.RollupRange;
import dev.offstage.scheduler.batch.step.RunParameters;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.batch.infrastructure.item.ExecutionContext;

/**
 * The parts of a roll-up. Which there are depends on the parameters only, so that a restart has the
 * same.
 */
final class RollupPart {
  private static final int BLOCKS = 16;

  private RollupPart() {}

  /** All, by name. */
  static Map<String, ExecutionContext> all(StepExecution step) {
    var parameters = RunParameters.of(step);
    var from = parameters.day("from");
    var to = parameters.day("to");
    var tenant = parameters.optional("tenant").orElse(null);
    long block = (ChronoUnit.DAYS.between(from, to) + BLOCKS) / BLOCKS;
    var parts = new TreeMap<String, ExecutionContext>();
    for (var day = from; !day.isAfter(to); day = day.plusDays(block)) {
      var end = day.plusDays(block - 1);
      var last = end.isAfter(to) ? to : end;
      for (int bucket = 0; bucket < (tenant == null ? RollupRange.BUCKETS : 1); bucket++) {
        parts.put(
            tenant == null ? day + "." + bucket : day.toString(),
            context(new RollupRange(day, last, tenant, bucket)));
      }
    }
    return parts;
  }

  private static ExecutionContext context(RollupRange range) {
    var context = new ExecutionContext();
    context.putString("from", range.from().toString());
    context.putString("to", range.to().toString());
    context.putInt("bucket", range.bucket());
    if (range.tenant() != null) {
      context.putString("tenant", range.tenant());
    }
    return context;
  }

  /** That of a part. */
  static RollupRange range(StepExecution step) {
    var context = step.getExecutionContext();
    return new RollupRange(
        LocalDate.parse(context.getString("from")),
        LocalDate.parse(context.getString("to")),
        context.containsKey("tenant") ? context.getString("tenant") : null,
        context.getInt("bucket"));
  }

  /** What a worker is told of it. */
  static Map<String, Object> payload(StepExecution step) {
    var range = range(step);
    var payload = new TreeMap<String, Object>();
    payload.put("from", range.from().toString());
    payload.put("to", range.to().toString());
    payload.put("bucket", range.bucket());
    if (range.tenant() != null) {
      payload.put("tenant", range.tenant());
    }
    return payload;
  }
}
