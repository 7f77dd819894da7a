package dev.offstage.onward;

import dev.offstage.job.JobKind;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where a tenant's events go.
 *
 * @param paused whether nothing is sent until it is resumed
 * @param delivered how many events have been sent
 * @param trouble why the last delivery failed, or why it was paused; null if neither
 */
public record EventDestination(
    UUID id,
    String tenant,
    String name,
    Way way,
    EventFilter filter,
    boolean paused,
    Position position,
    long delivered,
    @Nullable String trouble,
    @Nullable Instant deliveredAt) {

  /** How events get there. */
  public sealed interface Way {
    /** Of the jobs that take them there. */
    JobKind kind();
  }

  /**
   * To a topic.
   *
   * @param cluster as the operator's configuration names it
   */
  public record Kafka(String cluster) implements Way {
    public static final JobKind KIND = new JobKind("onward.deliver");

    @Override
    public JobKind kind() {
      return KIND;
    }
  }

  /**
   * To a URL, in signed calls.
   *
   * @param headerNames of what is sent along, whose values are sealed
   * @param oldSecretUntil until when the secret before signs as well; null if there is none
   */
  public record Webhook(String url, List<String> headerNames, @Nullable Instant oldSecretUntil)
      implements Way {
    public static final JobKind KIND = new JobKind("onward.webhook");

    public Webhook {
      headerNames = List.copyOf(headerNames);
    }

    @Override
    public JobKind kind() {
      return KIND;
    }
  }
}
