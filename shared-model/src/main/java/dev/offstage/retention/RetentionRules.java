package dev.offstage.retention;

import dev.offstage.store.Db;
import java.time.Duration;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The rows of {@code tenant_retention}. */
public final class RetentionRules {
  private static final Duration SHORTEST = Duration.ofDays(1);
  private static final Duration LONGEST = Duration.ofDays(36_500);

  private final JdbcClient jdbc;

  private RetentionRules(Db db) {
    this.jdbc = db.jdbc();
  }

  public static RetentionRules over(Db db) {
    return new RetentionRules(db);
  }

  /** For how long a tenant's things are kept. */
  public record Rule(String tenant, RetentionKind kind, Duration keep) {}

  /**
   * @throws IllegalArgumentException if it is less than a day or more than a hundred years, or
   *     there is no such tenant
   */
  public void set(Rule rule) {
    if (rule.keep().compareTo(SHORTEST) < 0 || rule.keep().compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "%s of %s: %s (expected: 1 to 36500 days)"
              .formatted(rule.kind().text(), rule.tenant(), rule.keep()));
    }
    int set =
        jdbc.sql(
                """
                insert into tenant_retention (tenant, kind, keep)
                select id, :kind, :keepMs * interval '1 ms' from tenant where id = :tenant
                on conflict (tenant, kind) do update
                set keep = excluded.keep, changed_at = now()
                """)
            .param("tenant", rule.tenant())
            .param("kind", rule.kind().text())
            .param("keepMs", rule.keep().toMillis())
            .update();
    if (set == 0) {
      throw new IllegalArgumentException("there is no tenant " + rule.tenant());
    }
  }

  /** Lets what the configuration says hold again. Whether there was a rule. */
  public boolean remove(String tenant, RetentionKind kind) {
    return jdbc.sql("delete from tenant_retention where tenant = ? and kind = ?")
            .params(tenant, kind.text())
            .update()
        > 0;
  }

  /** All of them, by tenant and kind. */
  public List<Rule> all() {
    return jdbc.sql(
            """
            select tenant, kind, (extract(epoch from keep) * 1000)::bigint as keep_ms
            from tenant_retention order by tenant, kind
            """)
        .query(
            (row, n) ->
                new Rule(
                    row.getString("tenant"),
                    RetentionKind.of(row.getString("kind")),
                    Duration.ofMillis(row.getLong("keep_ms"))))
        .list();
  }

  /** The longest time for which anybody's things are kept: until then no partition goes whole. */
  public Duration longest(RetentionKind kind, Duration standard) {
    return jdbc.sql(
            """
            select (extract(epoch from max(keep)) * 1000)::bigint
            from tenant_retention where kind = ? having count(*) > 0
            """)
        .param(kind.text())
        .query(Long.class)
        .optional()
        .map(Duration::ofMillis)
        .filter(keep -> keep.compareTo(standard) > 0)
        .orElse(standard);
  }
}
