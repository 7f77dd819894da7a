package dev.offstage.ingest.erasure;

import dev.offstage.event.ErasureStore;
import dev.offstage.event.ErasureStore.Erasure;
import dev.offstage.ingest.auth.Caller;
import dev.offstage.problem.ProblemType;
import dev.offstage.store.Db;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "Events")
class ErasureController {
  private static final int MAX_ID = 255;

  private final ErasureStore erasures;

  ErasureController(Db db) {
    this.erasures = ErasureStore.over(db);
  }

  /**
   * What the client is shown.
   *
   * @param events that were deleted so far
   * @param doneAt null until nothing of the user is left
   */
  record ErasureView(UUID id, Instant requestedAt, long events, @Nullable Instant doneAt) {}

  /** Accepted: from now on nothing of the user is written; what was is deleted soon. */
  record Accepted(UUID id) {}

  @DeleteMapping("/v1/analytics/users/{id}")
  @Operation(summary = "Forget a user, and all whom alias has merged with them")
  ResponseEntity<Accepted> erase(@PathVariable String id, Caller caller) {
    caller.mustBeServer();
    if (id.isBlank() || id.length() > MAX_ID || id.indexOf('\0') >= 0) {
      throw ProblemType.INVALID_REQUEST.because(
          "The user id is not such as events have (expected: 1 to " + MAX_ID + " characters).");
    }
    var erasure = erasures.request(caller.tenant(), id);
    return ResponseEntity.accepted()
        .location(URI.create("/v1/analytics/erasures/" + erasure))
        .body(new Accepted(erasure));
  }

  @GetMapping("/v1/analytics/erasures/{id}")
  @Operation(summary = "How far an erasure has come")
  ErasureView find(@PathVariable UUID id, Caller caller) {
    caller.mustBeServer();
    return erasures
        .find(caller.tenant(), id)
        .map(ErasureController::view)
        .orElseThrow(() -> ProblemType.NOT_FOUND.because("There is no such erasure."));
  }

  private static ErasureView view(Erasure erasure) {
    return new ErasureView(erasure.id(), erasure.requestedAt(), erasure.events(), erasure.doneAt());
  }
}
