package dev.offstage.ingest.enqueue;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What may be enqueued over REST, and by whom.
 *
 * @param reservedKinds the beginnings of kinds that nobody may enqueue over REST, because their
 *     payloads are Offstage's own. {@code media.}, {@code onward.}, {@code push.part} and {@code
 *     webhook.} by default
 * @param ownerKinds the beginnings of kinds that an end user's token may enqueue. None by default:
 *     an app's user can do to a handler whatever its payload allows
 * @param maxBatchSize the largest body of a batch. 64 MB by default
 */
@ConfigurationProperties("offstage.ingest.jobs")
record EnqueueProperties(
    @DefaultValue({"batch.", "media.", "onward.", "push.part", "webhook."})
        List<String> reservedKinds,
    @DefaultValue List<String> ownerKinds,
    @DefaultValue("64MB") DataSize maxBatchSize) {

  /**
   * @throws IllegalArgumentException naming the property, its value and what was expected
   */
  EnqueueProperties {
    check("reserved-kinds", reservedKinds);
    check("owner-kinds", ownerKinds);
    if (maxBatchSize.toBytes() < 1) {
      throw new IllegalArgumentException(
          "offstage.ingest.jobs.max-batch-size: " + maxBatchSize + " (expected: > 0)");
    }
  }

  private static void check(String name, List<String> beginnings) {
    for (var beginning : beginnings) {
      if (!beginning.matches("[a-z][a-z0-9_.-]{0,99}")) {
        throw new IllegalArgumentException(
            "offstage.ingest.jobs."
                + name
                + ": "
                + beginning
                + " (expected: the beginning of a kind, such as media.)");
      }
    }
  }
}
