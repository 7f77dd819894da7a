package dev.offstage.scheduler.batch.rollup;

import dev.offstage.scheduler.batch.step.RunParameters;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.batch.infrastructure.item.ExecutionContext;

/**
 * What one part of a roll-up does: some days of some tenants. Which parts there are depends on the
 * parameters only, so that a restart has the same.
 *
 * @param from included
 * @param to included
 * @param tenant the only one; null for those of the bucket
 * @param bucket of {@value #BUCKETS}, by the hash of their ids
 */
record RollupPart(LocalDate from, LocalDate to, @Nullable String tenant, int bucket) {
  static final int BUCKETS = 8;
  private static final int BLOCKS = 16;

  /** The parts by name. */
  static Map<String, ExecutionContext> of(RunParameters parameters) {
    var from = parameters.day("from");
    var to = parameters.day("to");
    var tenant = parameters.optional("tenant").orElse(null);
    long days = ChronoUnit.DAYS.between(from, to) + 1;
    long block = (days + BLOCKS - 1) / BLOCKS;
    var parts = new TreeMap<String, ExecutionContext>();
    for (var day = from; !day.isAfter(to); day = day.plusDays(block)) {
      var end = day.plusDays(block - 1);
      var last = end.isAfter(to) ? to : end;
      for (int bucket = 0; bucket < (tenant == null ? BUCKETS : 1); bucket++) {
        var name = tenant == null ? day + "." + bucket : day.toString();
        parts.put(name, new RollupPart(day, last, tenant, bucket).context());
      }
    }
    return parts;
  }

  private ExecutionContext context() {
    var context = new ExecutionContext();
    context.putString("from", from.toString());
    context.putString("to", to.toString());
    context.putInt("bucket", bucket);
    if (tenant != null) {
      context.putString("tenant", tenant);
    }
    return context;
  }

  static RollupPart of(StepExecution step) {
    var context = step.getExecutionContext();
    return new RollupPart(
        LocalDate.parse(context.getString("from")),
        LocalDate.parse(context.getString("to")),
        context.containsKey("tenant") ? context.getString("tenant") : null,
        context.getInt("bucket"));
  }
}
