package dev.offstage.ingest.policy;

import dev.offstage.ingest.auth.WriteKey.IpPolicy;
import java.util.List;
import java.util.Locale;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** What each tenant never keeps. Nodes heed a change within seconds, as they ask for write keys. */
@Repository
class EventPolicies {
  private final JdbcClient db;

  EventPolicies(JdbcClient db) {
    this.db = db;
  }

  /**
   * @param deny names, wherever they stand in properties, traits or context; or paths from an
   *     event's top, such as {@code context.device.advertisingId}
   */
  record EventPolicy(List<String> deny, IpPolicy ip) {
    private static final EventPolicy USUAL = new EventPolicy(List.of(), IpPolicy.DROP);
  }

  EventPolicy of(String tenant) {
    return db.sql("select deny, ip from event_policy where tenant = ?")
        .param(tenant)
        .query(
            (row, n) ->
                new EventPolicy(
                    List.of((String[]) row.getArray("deny").getArray()),
                    IpPolicy.valueOf(row.getString("ip").toUpperCase(Locale.ROOT))))
        .optional()
        .orElse(EventPolicy.USUAL);
  }

  void put(String tenant, EventPolicy policy) {
    db.sql(
            """
            insert into event_policy (tenant, deny, ip) values (:tenant, :deny, :ip)
            on conflict (tenant) do update set deny = excluded.deny, ip = excluded.ip
            """)
        .param("tenant", tenant)
        .param("deny", policy.deny().toArray(String[]::new))
        .param("ip", policy.ip().name().toLowerCase(Locale.ROOT))
        .update();
  }
}
