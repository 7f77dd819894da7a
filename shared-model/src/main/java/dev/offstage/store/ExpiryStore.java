package dev.offstage.store;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Ends jobs that nobody ran in time. */
public class ExpiryStore {
  /** Which jobs can expire: one that runs is let run. */
  private static final String WAITING =
      """
       due_at is not null and expires_at is not null
       and state in ('scheduled', 'available', 'retryable', 'waiting')
      """;

  private final JdbcClient jdbc;

  ExpiryStore(Db db) {
    this.jdbc = db.jdbc();
  }

  /** The same verbs over another connection. */
  public static ExpiryStore over(Db db) {
    return new ExpiryStore(db);
  }

  /** How long until the next job expires, not more than zero if it has; empty if none will. */
  public Optional<Duration> next() {
    return jdbc.sql(
            """
            select (extract(epoch from expires_at - now()) * 1000)::bigint as millis
            from job where\
            """
                + WAITING
                + " order by expires_at limit 1")
        .query((row, n) -> Duration.ofMillis(row.getLong("millis")))
        .optional();
  }

  /**
   * What an expiry came to.
   *
   * @param expired how many jobs
   * @param touched those jobs and what else changed with them
   */
  public record Ended(int expired, List<Touched> touched) {}

  private record Row(boolean expired, Touched job) {}

  /** Discards jobs whose time is over, with all that follows from it, in one transaction. */
  public Ended expire(int limit) {
    var rows =
        jdbc.sql(
                "with late as materialized (select array(select id from job where"
                    + WAITING
                    + """
                     and expires_at <= now() order by expires_at limit :limit) as ids)
                    select t.id, t.pool, t.due, t.id = any(late.ids) as expired
                    from late, expire(late.ids) t
                    """)
            .param("limit", limit)
            .query((row, n) -> new Row(row.getBoolean("expired"), Touched.of(row, n)))
            .list();
    return new Ended(
        (int) rows.stream().filter(Row::expired).count(), rows.stream().map(Row::job).toList());
  }
}
