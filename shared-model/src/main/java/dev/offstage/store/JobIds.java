package dev.offstage.store;

import dev.offstage.job.JobId;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Makes job ids: UUIDv7s (RFC 9562) whose time is PostgreSQL's, so that no node's clock can put a
 * job in a partition that does not exist: the offset between the clocks is learned, and times are
 * clamped to the partitions that are open.
 */
@Component
public final class JobIds {
  private record Window(long offset, long from, long to) {}

  private final JdbcClient jdbc;
  private final InstantSource clock;
  private final SecureRandom random = new SecureRandom();
  private volatile Window window = new Window(0, 0, -1);

  JobIds(JdbcClient jdbc, InstantSource clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  /**
   * An id that no other node makes. Asks PostgreSQL for its time when what it knows has run out.
   */
  public JobId next() {
    var known = window;
    long now = clock.millis() + known.offset;
    if (now > known.to - 3_600_000) { // an hour before the last partition ends
      refresh();
      known = window;
      now = clock.millis() + known.offset;
    }
    long time = Math.clamp(now, known.from, known.to);
    long high = time << 16 | 0x7000L | random.nextInt(1 << 12);
    long low = 0x8000000000000000L | random.nextLong() >>> 2;
    return new JobId(new UUID(high, low));
  }

  /** Learns PostgreSQL's time and open partitions anew, making partitions where they run out. */
  public void refresh() {
    long sent = clock.millis();
    jdbc.sql("select ensure_job_partitions(7)").query((row, n) -> n).list();
    window =
        jdbc.sql(
                """
                select (extract(epoch from clock_timestamp()) * 1000)::bigint as now,
                       (extract(epoch from min(from_at)) * 1000)::bigint as from_at,
                       (extract(epoch from max(to_at)) * 1000)::bigint as to_at
                from job_partition
                where to_at > now() - interval '2 days'
                """)
            .query(
                (row, n) -> {
                  long middle = sent + (clock.millis() - sent) / 2;
                  return new Window(
                      row.getLong("now") - middle,
                      row.getLong("from_at"),
                      row.getLong("to_at") - 1);
                })
            .single();
  }
}
