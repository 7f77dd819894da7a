package dev.offstage.store;

import dev.offstage.job.JobId;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Makes job ids: UUIDv7s (RFC 9562) whose time is PostgreSQL's, so that no node's clock can put a
 * job in a partition that does not exist: the offset between the clocks is learned, and times are
 * clamped to the partitions that are open.
 */
@Component
public final class JobIds {
  private static final Logger log = LoggerFactory.getLogger(JobIds.class);
  private static final long HOUR = 3_600_000;

  private record Window(long offset, long from, long to, long learnedAt) {}

  private final JdbcClient jdbc;
  private final InstantSource clock;
  private final SecureRandom random = new SecureRandom();
  private final AtomicBoolean learning = new AtomicBoolean();
  private volatile Window window;

  JobIds(JdbcClient jdbc, InstantSource clock) {
    this.jdbc = jdbc;
    this.clock = clock;
    this.window = learn();
  }

  /** An id that no other node makes. Never waits for PostgreSQL. */
  public JobId next() {
    var known = window;
    if (clock.millis() - known.learnedAt > HOUR && learning.compareAndSet(false, true)) {
      // On a thread of its own: whoever calls may be in a transaction.
      Thread.ofVirtual().name("job-ids").start(this::relearn);
    }
    long now = clock.millis() + known.offset;
    long time = Math.clamp(now, known.from, known.to);
    long high = time << 16 | 0x7000L | random.nextInt(1 << 12);
    long low = 0x8000000000000000L | random.nextLong() >>> 2;
    return new JobId(new UUID(high, low));
  }

  /** PostgreSQL's time as far as it is known, for what a caller says relative to now. */
  public Instant now() {
    return Instant.ofEpochMilli(clock.millis() + window.offset);
  }

  private void relearn() {
    try {
      window = learn();
    } catch (DataAccessException e) {
      log.warn("Could not learn PostgreSQL's time, trying again: {}", e.getMessage());
    } finally {
      learning.set(false);
    }
  }

  /** Learns PostgreSQL's time and open partitions, making partitions where they run out. */
  private Window learn() {
    long sent = clock.millis();
    jdbc.sql("select ensure_job_partitions(7)").query((row, n) -> n).list();
    return jdbc.sql(
            """
            select (extract(epoch from clock_timestamp()) * 1000)::bigint as now,
                   (extract(epoch from min(from_at)) * 1000)::bigint as from_at,
                   (extract(epoch from max(to_at)) * 1000)::bigint as to_at
            from job_partition
            where to_at > now() - interval '2 days'
            """)
        .query(
            (row, n) -> {
              long received = clock.millis();
              return new Window(
                  row.getLong("now") - (sent + (received - sent) / 2),
                  row.getLong("from_at"),
                  row.getLong("to_at") - 1,
                  received);
            })
        .single();
  }
}
