package dev.offstage.ingest.enqueue;

import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The description of what {@link JobReader} reads. Durations are simple (500ms, 30s, 5m, 2h, 7d) or
 * ISO 8601.
 */
@Schema(name = "NewJob")
record JobRequest(
    @Schema(example = "mail.send") String kind,
    @Schema(
            implementation = Object.class,
            description = "Any JSON of at most 256 KB; `{}` by default")
        @Nullable Object payload,
    @Nullable Integer payloadVersion,
    @Schema(
            description = "The end user whom it belongs to; from the token if it is one's",
            maxLength = 128)
        @Nullable String owner,
    @Schema(
            allowableValues = {"high", "normal", "low", "bulk"},
            defaultValue = "normal")
        @Nullable String priority,
    @Schema(description = "Not before; or `delay`") @Nullable Instant runAt,
    @Schema(example = "30s") @Nullable String delay,
    @Schema(description = "Dropped rather than run later; or `expiresIn`")
        @Nullable Instant expiresAt,
    @Schema(example = "2h") @Nullable String expiresIn,
    @Nullable Unique unique,
    @Nullable Concurrency concurrency,
    @Schema(description = "Jobs with the same one run one at a time, in the order they came")
        @Nullable String orderingKey,
    @Schema(description = "Of one attempt", example = "15m", defaultValue = "15m")
        @Nullable String timeout,
    @Schema(minimum = "1", maximum = "1000", defaultValue = "8") @Nullable Integer maxAttempts,
    @Nullable BackoffRequest backoff,
    @Nullable List<String> tags,
    @Nullable CallbackRequest callback,
    @Schema(description = "What it waits for: ids, or objects") @Nullable List<ParentRequest> after,
    @Schema(description = "A running workflow that it joins") @Nullable MembershipRequest workflow,
    @Schema(
            description =
                "An app's own number of the item: a repeat is answered with the same job, and the"
                    + " answer says what may be deleted on the device")
        @Nullable Receipt receipt) {

  record Unique(
      String key,
      @Schema(
              allowableValues = {"reject", "replace", "keep"},
              defaultValue = "reject")
          @Nullable String policy,
      @Schema(description = "How long it is taken; by default while the job is live")
          @Nullable String period) {}

  record Concurrency(String key, @Schema(defaultValue = "1") @Nullable Integer limit) {}

  @Schema(name = "Backoff")
  record BackoffRequest(
      @Schema(allowableValues = {"exponential", "polynomial", "fixed", "table"}) String type,
      @Schema(description = "exponential, polynomial", example = "2s") @Nullable String first,
      @Schema(description = "exponential, polynomial", example = "1h") @Nullable String max,
      @Schema(description = "polynomial", defaultValue = "4") @Nullable Double degree,
      @Schema(description = "fixed", example = "2s") @Nullable String delay,
      @Schema(description = "table") @Nullable List<String> delays,
      @Schema(description = "0 to 1", defaultValue = "0.25") @Nullable Double jitter) {}

  @Schema(name = "Callback")
  record CallbackRequest(
      @Schema(
              allowableValues = {"completed", "failed", "ended"},
              defaultValue = "ended")
          @Nullable String on,
      String kind,
      @Schema(implementation = Object.class) @Nullable Object payload) {}

  @Schema(name = "Parent")
  record ParentRequest(
      @Schema(format = "uuid", description = "Of a job or a workflow") String id,
      @Schema(
              allowableValues = {"completed", "failed", "ended"},
              defaultValue = "completed")
          @Nullable String condition,
      @Schema(
              allowableValues = {"cancel", "continue", "hold"},
              defaultValue = "cancel")
          @Nullable String onDiscard) {}

  @Schema(name = "Membership")
  record MembershipRequest(@Schema(format = "uuid") String id, String ref) {}
}
