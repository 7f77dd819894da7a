package dev.offstage.worker.payload;

import dev.offstage.worker.handler.JobHandler;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.Validator;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/** Makes of a job's payload what its handler takes. */
@Component
public final class Payloads {
  private static final int MAX_SHOWN = 60;

  private final JsonMapper json;
  private final Validator validator;

  /** What is known of a payload's type, once a job of it came. */
  private record Reading(ObjectReader reader, boolean constrained) {}

  private final Map<JobHandler<?>, Reading> readings = new ConcurrentHashMap<>();

  Payloads(JsonMapper json, Validator validator) {
    this.json = json;
    this.validator = validator;
  }

  /**
   * Reads a payload.
   *
   * @param payload JSON text
   * @param version of the payload; at most the handler's
   * @throws PayloadRefusedException naming the field and what was expected
   */
  public <P> P read(JobHandler<P> handler, String payload, int version)
      throws PayloadRefusedException {
    P value;
    try {
      value =
          version == handler.payloadVersion()
              ? reading(handler).reader().readValue(payload)
              : json.treeToValue(
                  lifted(handler, json.readTree(payload), version), handler.payloadType());
    } catch (JacksonException e) {
      var where = e.getPathReference().isEmpty() ? "" : " at " + e.getPathReference();
      throw new PayloadRefusedException("payload-unreadable", e.getOriginalMessage() + where);
    }
    return valid(value, handler);
  }

  private static JsonNode lifted(JobHandler<?> handler, JsonNode payload, int version)
      throws PayloadRefusedException {
    var lifted = payload;
    for (int from = version; from < handler.payloadVersion(); from++) {
      var next = handler.upcast(from, lifted);
      if (next.isEmpty()) {
        throw new PayloadRefusedException(
            "payload-version-unknown",
            "payloadVersion: %d (expected: %d; the handler of %s does not lift version %d)"
                .formatted(version, handler.payloadVersion(), handler.kind(), from));
      }
      lifted = next.get();
    }
    return lifted;
  }

  private <P> P valid(@Nullable P value, JobHandler<P> handler) throws PayloadRefusedException {
    if (value == null) {
      throw new PayloadRefusedException(
          "payload-invalid",
          "payload: null (expected: a " + handler.payloadType().getSimpleName() + ")");
    }
    if (!reading(handler).constrained()) {
      return value;
    }
    var violations = validator.validate(value);
    if (!violations.isEmpty()) {
      throw new PayloadRefusedException(
          "payload-invalid",
          violations.stream()
              .map(Payloads::describe)
              .sorted(Comparator.naturalOrder())
              .collect(Collectors.joining("; ")));
    }
    return value;
  }

  private Reading reading(JobHandler<?> handler) {
    return readings.computeIfAbsent(
        handler,
        known -> {
          var type = known.payloadType();
          return new Reading(
              json.readerFor(type), validator.getConstraintsForClass(type).isBeanConstrained());
        });
  }

  private static String describe(ConstraintViolation<?> violation) {
    var shown = String.valueOf(violation.getInvalidValue());
    return "%s: %s (expected: %s)"
        .formatted(
            violation.getPropertyPath(),
            shown.length() > MAX_SHOWN ? shown.substring(0, MAX_SHOWN) + "…" : shown,
            violation.getMessage());
  }
}
