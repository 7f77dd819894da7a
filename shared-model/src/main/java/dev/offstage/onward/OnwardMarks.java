package dev.offstage.onward;

import java.util.Collection;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Which transactions wrote events of whom, as long as a destination may not have got them. */
public final class OnwardMarks {
  private final JdbcClient jdbc;

  private OnwardMarks(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** Marks over a connection of the caller's. */
  public static OnwardMarks over(JdbcClient jdbc) {
    return new OnwardMarks(jdbc);
  }

  /**
   * Leaves a mark for each of these tenants, in the transaction under way. One statement, whose
   * rows meet nobody else's; to be given each tenant once.
   */
  public void leave(Collection<String> tenants) {
    jdbc.sql("insert into event_onward_mark (tenant) select unnest(:tenants::text[])")
        .param("tenants", tenants.toArray(String[]::new))
        .update();
  }

  /**
   * Takes away what a newer mark of its tenant says as well, and what no destination waits for.
   * Only those of transactions before which all have ended: a destination that is made or resumed
   * meanwhile leaves a mark of its own.
   */
  public int forget() {
    return jdbc.sql(
            """
            with newest as materialized (
              select tenant, max(txid) as txid from event_onward_mark
              where txid < %1$s group by tenant)
            delete from event_onward_mark m using newest n
            where m.tenant = n.tenant and (m.txid < n.txid
              or m.txid = n.txid and not exists (
                select from event_destination d
                where d.tenant = m.tenant and not d.paused and d.txid <= m.txid))
            """
                .formatted(OnwardStore.NOW))
        .update();
  }
}
