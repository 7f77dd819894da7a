package dev.offstage.job;

import java.util.UUID;

/** A job's id: a UUIDv7, whose time names the partition that holds the job. */
public record JobId(UUID value) implements Comparable<JobId> {

  /**
   * @throws IllegalArgumentException if {@code text} is not a UUID in its canonical form
   */
  public static JobId of(String text) {
    var value = UUID.fromString(text);
    if (!value.toString().equalsIgnoreCase(text)) {
      throw new IllegalArgumentException("job id: " + text + " (expected: a UUID)");
    }
    return new JobId(value);
  }

  /** Orders as PostgreSQL does: by unsigned bytes. */
  @Override
  public int compareTo(JobId other) {
    int high =
        Long.compareUnsigned(value.getMostSignificantBits(), other.value.getMostSignificantBits());
    return high != 0
        ? high
        : Long.compareUnsigned(
            value.getLeastSignificantBits(), other.value.getLeastSignificantBits());
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
