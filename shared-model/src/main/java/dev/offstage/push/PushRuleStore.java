package dev.offstage.push;

import dev.offstage.job.JobState;
import dev.offstage.store.Db;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * Tenants' push rules. A settle knows of them by {@code webhook_listener}, which a trigger keeps.
 */
@Repository
public class PushRuleStore {
  private final JdbcClient jdbc;

  PushRuleStore(Db db) {
    this.jdbc = db.jdbc();
  }

  /**
   * Makes a rule, or puts it in the place of the tenant's one of the same kind.
   *
   * @param most rules that a tenant may have; a new one beyond them is not made
   */
  public Optional<PushRule> put(
      String tenant, String kind, List<JobState> ends, String payload, int most) {
    return jdbc.sql(
            """
            insert into push_rule (tenant, kind, ends, payload)
            select :tenant, :kind, :ends, :payload
            where exists (select from push_rule where tenant = :tenant and kind = :kind)
               or (select count(*) from push_rule where tenant = :tenant) < :most
            on conflict (tenant, kind) do update
            set ends = excluded.ends, payload = excluded.payload, updated_at = now()
            returning *
            """)
        .param("tenant", tenant)
        .param("kind", kind)
        .param("ends", ends.stream().map(JobState::text).toArray(String[]::new))
        .param("payload", payload)
        .param("most", most)
        .query(PushRuleStore::rule)
        .optional();
  }

  /** The rules of some tenants, by tenant and kind. */
  public List<PushRule> ofTenants(Collection<String> tenants) {
    return jdbc.sql("select * from push_rule where tenant = any(:tenants) order by tenant, kind")
        .param("tenants", tenants.toArray(String[]::new))
        .query(PushRuleStore::rule)
        .list();
  }

  public boolean remove(String tenant, String kind) {
    return jdbc.sql("delete from push_rule where tenant = :tenant and kind = :kind")
            .param("tenant", tenant)
            .param("kind", kind)
            .update()
        == 1;
  }

  private static PushRule rule(ResultSet row, int n) throws SQLException {
    return new PushRule(
        row.getString("tenant"),
        row.getString("kind"),
        Stream.of((String[]) row.getArray("ends").getArray()).map(JobState::of).toList(),
        row.getString("payload"),
        row.getObject("created_at", OffsetDateTime.class).toInstant(),
        row.getObject("updated_at", OffsetDateTime.class).toInstant());
  }
}
