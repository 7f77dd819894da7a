package dev.offstage.rollup;

import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * Some days of some tenants.
 *
 * @param from included
 * @param to included
 * @param tenant the only one; null for those of the bucket
 * @param bucket of {@value #BUCKETS}, by the hash of the tenants' ids
 */
public record RollupRange(LocalDate from, LocalDate to, @Nullable String tenant, int bucket) {
  public static final int BUCKETS = 8;
}
