package dev.offstage.ingest.enqueue;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.offstage.problem.ProblemException;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What became of one item of a batch.
 *
 * @param index of the item, from 0; empty lines do not count
 * @param status as a request for this item alone would be answered
 * @param existing true if the job was there already
 * @param error type and detail as in problem+json, and what else the problem has
 * @param receipt as it was sent
 * @param durable whether what the receipt names may be deleted on the device
 */
@Schema(name = "BatchAnswer")
@JsonInclude(JsonInclude.Include.NON_NULL)
record BatchAnswer(
    int index,
    int status,
    @Nullable String id,
    @Nullable String state,
    @Nullable Boolean existing,
    @Nullable Map<String, Object> error,
    @Nullable Receipt receipt,
    @Nullable Boolean durable) {
  private static final int MAX_ERRORS = 8;

  static BatchAnswer good(int index, EnqueuedView job, boolean existing) {
    return new BatchAnswer(
        index,
        job.existing() == null ? 202 : 200,
        job.id(),
        job.state(),
        existing ? true : null,
        null,
        job.receipt(),
        job.durable());
  }

  static BatchAnswer bad(int index, ProblemException problem, @Nullable Receipt receipt) {
    var body = problem.getBody();
    var error = new LinkedHashMap<String, Object>();
    error.put("type", String.valueOf(body.getType()));
    error.put("detail", String.valueOf(body.getDetail()));
    if (body.getProperties() != null) {
      error.putAll(body.getProperties());
      // Ten thousand answers may be held at once.
      error.computeIfPresent(
          "errors",
          (name, errors) ->
              errors instanceof List<?> all
                  ? all.subList(0, Math.min(all.size(), MAX_ERRORS))
                  : errors);
    }
    return new BatchAnswer(
        index,
        problem.getStatusCode().value(),
        null,
        null,
        null,
        error,
        receipt,
        receipt == null ? null : false);
  }
}
