package dev.offstage.rollup;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Marks hours whose roll-ups no longer hold. */
public final class DirtyHours {
  private final JdbcClient jdbc;

  private DirtyHours(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * Marks over a connection of the caller's, which is in the transaction that writes the events.
   */
  public static DirtyHours over(JdbcClient jdbc) {
    return new DirtyHours(jdbc);
  }

  /**
   * An hour of a tenant, whose beginning is {@code hour}.
   *
   * @param hour of UTC
   */
  public record DirtyHour(String tenant, Instant hour) {
    /** The hour that an event of this time belongs to. */
    public static DirtyHour of(String tenant, Instant time) {
      return new DirtyHour(tenant, time.truncatedTo(ChronoUnit.HOURS));
    }
  }

  /** One statement, whose rows meet nobody else's. To be given each hour once. */
  public void mark(Collection<DirtyHour> hours) {
    jdbc.sql(
            """
            insert into event_dirty (tenant, hour)
            select * from unnest(:tenants::text[], :hours::timestamptz[])
            """)
        .param("tenants", hours.stream().map(DirtyHour::tenant).toArray(String[]::new))
        .param("hours", hours.stream().map(each -> each.hour().toString()).toArray(String[]::new))
        .update();
  }
}
