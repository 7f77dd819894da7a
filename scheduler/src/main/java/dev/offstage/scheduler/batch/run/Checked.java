package dev.offstage.scheduler.batch.run;

import dev.offstage.scheduler.batch.Batch;
import dev.offstage.scheduler.batch.BatchParameter;
import dev.offstage.scheduler.batch.BatchRefusedException;
import dev.offstage.scheduler.batch.ParameterType;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Parameters, as they are stored: each in its one form, those that were left out by default. */
final class Checked {
  private static final int MOST_NAME = 200;

  private final RunStore runs;
  private final InstantSource clock;

  Checked(RunStore runs, InstantSource clock) {
    this.runs = runs;
    this.clock = clock;
  }

  Map<String, String> parameters(Batch batch, Map<String, String> given) {
    var values = new TreeMap<String, String>();
    var unknown = new HashSet<>(given.keySet());
    for (var parameter : batch.parameters()) {
      unknown.remove(parameter.name());
      var value = value(parameter, given.get(parameter.name()));
      if (value != null) {
        values.put(parameter.name(), value);
      }
    }
    if (!unknown.isEmpty()) {
      throw new BatchRefusedException(
          unknown.iterator().next(),
          "%s takes no such parameter (expected: %s)".formatted(batch.name(), names(batch)));
    }
    days(values);
    tenants(batch, values);
    return values;
  }

  private static String names(Batch batch) {
    return batch.parameters().stream().map(BatchParameter::name).collect(Collectors.joining(", "));
  }

  private @Nullable String value(BatchParameter parameter, @Nullable String given) {
    var text = given == null ? parameter.defaultValue() : given;
    if (text == null) {
      if (parameter.required()) {
        throw new BatchRefusedException(
            parameter.name(), "is missing (expected: %s)".formatted(parameter.expectation()));
      }
      return null;
    }
    return parameter.canonical(text, clock);
  }

  private static void days(Map<String, String> values) {
    var from = values.get("from");
    var to = values.get("to");
    if (from != null && to != null && from.length() == to.length() && from.compareTo(to) > 0) {
      throw new BatchRefusedException(
          "to", "%s (expected: not before from, %s)".formatted(to, from));
    }
  }

  private void tenants(Batch batch, Map<String, String> values) {
    for (var parameter : batch.parameters()) {
      var tenant = values.get(parameter.name());
      if (parameter.type() == ParameterType.TENANT
          && tenant != null
          && !runs.unknownTenants(java.util.List.of(tenant)).isEmpty()) {
        throw new BatchRefusedException(parameter.name(), "there is no tenant " + tenant);
      }
    }
  }

  /** Who asks, for people. */
  static String name(String startedBy) {
    if (startedBy.isBlank() || startedBy.length() > MOST_NAME || startedBy.indexOf('\0') >= 0) {
      throw new BatchRefusedException(
          "startedBy",
          "%d characters (expected: 1 to %d)".formatted(startedBy.length(), MOST_NAME));
    }
    return startedBy;
  }

  static void between(String field, long value, long least, long most) {
    if (value < least || value > most) {
      throw new BatchRefusedException(
          field, "%d (expected: %d to %d)".formatted(value, least, most));
    }
  }

  static void inOrder(LocalDate from, LocalDate to, int most) {
    if (to.isBefore(from) || to.isAfter(from.plusDays(most))) {
      throw new BatchRefusedException(
          "to", "%s (expected: %s or up to %d days later)".formatted(to, from, most));
    }
  }
}
