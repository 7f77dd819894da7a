package dev.offstage.ingest.push;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Lists of whom to send to.
 *
 * @param maxMembers that one list may name
 * @param maxSize of the body that brings it
 * @param keep how long a list can be sent to
 */
@ConfigurationProperties("offstage.ingest.audiences")
record AudienceProperties(
    @DefaultValue("1000000") int maxMembers,
    @DefaultValue("256MB") DataSize maxSize,
    @DefaultValue("7d") Duration keep) {

  /**
   * @throws IllegalArgumentException naming the property, its value and what was expected
   */
  AudienceProperties {
    if (maxMembers < 1 || maxMembers > 10_000_000) {
      throw new IllegalArgumentException(
          "offstage.ingest.audiences.max-members: " + maxMembers + " (expected: 1 to 10000000)");
    }
    if (maxSize.toBytes() < 1) {
      throw new IllegalArgumentException(
          "offstage.ingest.audiences.max-size: " + maxSize + " (expected: > 0)");
    }
    if (keep.compareTo(Duration.ofHours(1)) < 0) {
      throw new IllegalArgumentException(
          "offstage.ingest.audiences.keep: " + keep + " (expected: at least 1h)");
    }
  }
}
