package dev.offstage.job;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A job to be enqueued; {@link #builder} makes one.
 *
 * @param owner the end user whom it belongs to; null for the tenant's own
 * @param payload JSON text
 * @param delay how long after the commit it falls due; zero for at once
 * @param runAt when it falls due; null to let {@code delay} say
 * @param expiresAt dropped rather than run after that; null for never
 * @param timeout after which an attempt is interrupted
 * @param backoff null for the handler's, or the default
 * @param tags for searching
 * @param orderingKey the tenant's jobs with the same one run one at a time, in the order of their
 *     enqueueing; a job that is tried again holds up those behind it
 * @param destination where its calls go, if they all go to one: at whose gate it waits
 * @param after what it waits for
 */
public record NewJob(
    String tenant,
    @Nullable String owner,
    JobKind kind,
    String payload,
    int payloadVersion,
    Priority priority,
    Duration delay,
    @Nullable Instant runAt,
    @Nullable Instant expiresAt,
    Duration timeout,
    int maxAttempts,
    @Nullable Backoff backoff,
    List<String> tags,
    @Nullable UniqueKey unique,
    @Nullable String orderingKey,
    @Nullable ConcurrencyKey concurrency,
    @Nullable DestinationName destination,
    @Nullable Callback callback,
    @Nullable Membership workflow,
    List<Parent> after,
    @Nullable IdempotencyKey idempotency) {

  public static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(15);
  public static final int DEFAULT_MAX_ATTEMPTS = 8;

  private static final Duration MAX_TIMEOUT = Duration.ofDays(7);
  private static final Duration MAX_DELAY = Duration.ofDays(366);
  private static final int MAX_TAGS = 20;
  private static final int MAX_PARENTS = 1_000;
  private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_.:/@-]{1,64}");

  /**
   * @throws IllegalArgumentException naming the field, its value and what was expected
   */
  public NewJob {
    tags = List.copyOf(tags);
    after = List.copyOf(after);
    require(maxAttempts >= 1 && maxAttempts <= 1_000, "maxAttempts", maxAttempts, "1 to 1000");
    require(
        payloadVersion >= 1 && payloadVersion <= 10_000,
        "payloadVersion",
        payloadVersion,
        "1 to 10000");
    require(
        !delay.isNegative() && delay.compareTo(MAX_DELAY) <= 0, "delay", delay, "0 to 366 days");
    require(
        timeout.toMillis() >= 1 && timeout.compareTo(MAX_TIMEOUT) <= 0,
        "timeout",
        timeout,
        "1 ms to 7 days");
    require(runAt == null || delay.isZero(), "runAt", runAt, "not with a delay");
    require(tags.size() <= MAX_TAGS, "tags", tags.size() + " of them", "at most " + MAX_TAGS);
    tags.forEach(tag -> require(TAG.matcher(tag).matches(), "tags", tag, TAG.pattern()));
    require(after.size() <= MAX_PARENTS, "after", after.size() + " jobs", "at most " + MAX_PARENTS);
    if (orderingKey != null) {
      Keys.check("orderingKey", orderingKey);
      require(after.isEmpty(), "orderingKey", orderingKey, "not with after");
    }
  }

  private static void require(
      boolean holds, String field, @Nullable Object value, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(field + ": " + value + " (expected: " + expected + ")");
    }
  }

  /** A job of normal priority, due at once, with the defaults for everything else. */
  public static NewJob of(String tenant, @Nullable String owner, JobKind kind, String payload) {
    return builder(tenant, kind, payload).owner(owner).build();
  }

  /**
   * @param payload JSON text
   */
  public static Builder builder(String tenant, JobKind kind, String payload) {
    return new Builder(tenant, kind, payload);
  }

  /** This job with changes. */
  public Builder toBuilder() {
    return new Builder(this);
  }

  /**
   * Whether enqueueing it concerns other rows than its own: those are locked in a lane of their
   * own.
   */
  public boolean isLinked() {
    return unique != null
        || orderingKey != null
        || callback != null
        || workflow != null
        || !after.isEmpty()
        || idempotency != null;
  }

  /** Whether it falls due as soon as it is committed. */
  public boolean isDueAtOnce() {
    return delay.isZero() && runAt == null;
  }

  /** Collects what a job shall be; each method's meaning is the component's of {@link NewJob}. */
  public static final class Builder {
    private final String tenant;
    private final JobKind kind;
    private final String payload;
    private @Nullable String owner;
    private int payloadVersion = 1;
    private Priority priority = Priority.NORMAL;
    private Duration delay = Duration.ZERO;
    private @Nullable Instant runAt;
    private @Nullable Instant expiresAt;
    private Duration timeout = DEFAULT_TIMEOUT;
    private int maxAttempts = DEFAULT_MAX_ATTEMPTS;
    private @Nullable Backoff backoff;
    private List<String> tags = List.of();
    private @Nullable UniqueKey unique;
    private @Nullable String orderingKey;
    private @Nullable ConcurrencyKey concurrency;
    private @Nullable DestinationName destination;
    private @Nullable Callback callback;
    private @Nullable Membership workflow;
    private List<Parent> after = List.of();
    private @Nullable IdempotencyKey idempotency;

    private Builder(String tenant, JobKind kind, String payload) {
      this.tenant = tenant;
      this.kind = kind;
      this.payload = payload;
    }

    private Builder(NewJob job) {
      this(job.tenant, job.kind, job.payload);
      owner = job.owner;
      payloadVersion = job.payloadVersion;
      priority = job.priority;
      delay = job.delay;
      runAt = job.runAt;
      expiresAt = job.expiresAt;
      timeout = job.timeout;
      maxAttempts = job.maxAttempts;
      backoff = job.backoff;
      tags = job.tags;
      unique = job.unique;
      orderingKey = job.orderingKey;
      concurrency = job.concurrency;
      destination = job.destination;
      callback = job.callback;
      workflow = job.workflow;
      after = job.after;
      idempotency = job.idempotency;
    }

    public Builder owner(@Nullable String owner) {
      this.owner = owner;
      return this;
    }

    public Builder payloadVersion(int payloadVersion) {
      this.payloadVersion = payloadVersion;
      return this;
    }

    public Builder priority(Priority priority) {
      this.priority = priority;
      return this;
    }

    public Builder delay(Duration delay) {
      this.delay = delay;
      return this;
    }

    public Builder runAt(@Nullable Instant runAt) {
      this.runAt = runAt;
      return this;
    }

    public Builder expiresAt(@Nullable Instant expiresAt) {
      this.expiresAt = expiresAt;
      return this;
    }

    public Builder timeout(Duration timeout) {
      this.timeout = timeout;
      return this;
    }

    public Builder maxAttempts(int maxAttempts) {
      this.maxAttempts = maxAttempts;
      return this;
    }

    public Builder backoff(@Nullable Backoff backoff) {
      this.backoff = backoff;
      return this;
    }

    public Builder tags(List<String> tags) {
      this.tags = tags;
      return this;
    }

    public Builder unique(@Nullable UniqueKey unique) {
      this.unique = unique;
      return this;
    }

    public Builder orderingKey(@Nullable String orderingKey) {
      this.orderingKey = orderingKey;
      return this;
    }

    public Builder concurrency(@Nullable ConcurrencyKey concurrency) {
      this.concurrency = concurrency;
      return this;
    }

    public Builder destination(@Nullable DestinationName destination) {
      this.destination = destination;
      return this;
    }

    public Builder callback(@Nullable Callback callback) {
      this.callback = callback;
      return this;
    }

    public Builder workflow(@Nullable Membership workflow) {
      this.workflow = workflow;
      return this;
    }

    public Builder after(List<Parent> after) {
      this.after = after;
      return this;
    }

    public Builder idempotency(@Nullable IdempotencyKey idempotency) {
      this.idempotency = idempotency;
      return this;
    }

    /**
     * @throws IllegalArgumentException naming the field, its value and what was expected
     */
    public NewJob build() {
      return new NewJob(
          tenant,
          owner,
          kind,
          payload,
          payloadVersion,
          priority,
          delay,
          runAt,
          expiresAt,
          timeout,
          maxAttempts,
          backoff,
          tags,
          unique,
          orderingKey,
          concurrency,
          destination,
          callback,
          workflow,
          after,
          idempotency);
    }
  }
}
