package dev.offstage.scheduler.batch.run;

import dev.offstage.store.Db;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Leases of the nodes that run batches. */
final class NodeStore {
  private final JdbcClient jdbc;

  NodeStore(Db db) {
    this.jdbc = db.jdbc();
  }

  /** Enters a node. Repeating it is harmless. */
  void register(UUID id, String host, long pid, Duration lease) {
    jdbc.sql(
            """
            insert into batch_node (id, host, pid, lease)
            values (:id, :host, :pid, :leaseMs * interval '1 ms')
            on conflict on constraint batch_node_pk do nothing
            """)
        .param("id", id)
        .param("host", host)
        .param("pid", pid)
        .param("leaseMs", lease.toMillis())
        .update();
  }

  /** Renews the lease; false if the node was declared dead: it must take a new id. */
  boolean heartbeat(UUID id) {
    return jdbc.sql("update batch_node set heartbeat_at = now() where id = :id and state = 'alive'")
            .param("id", id)
            .update()
        == 1;
  }

  /** Leaves in order; whatever it still ran is taken over without waiting for the lease. */
  void stop(UUID id) {
    jdbc.sql("update batch_node set state = 'stopped' where id = :id and state = 'alive'")
        .param("id", id)
        .update();
  }

  /**
   * What a look at all nodes shows.
   *
   * @param serverUptime how long PostgreSQL has been up: no heartbeat could be written before
   * @param longestLease that a live node has
   * @param lapsed some live node's lease has
   * @param runs there are executions that wait or run
   * @param ranges there are ranges that have not ended
   */
  record Health(
      Duration serverUptime, Duration longestLease, boolean lapsed, boolean runs, boolean ranges) {}

  /** One statement, which is all that there is to do while nothing runs. */
  Health health() {
    return jdbc.sql(
            """
            select (extract(epoch from clock_timestamp() - pg_postmaster_start_time()) * 1000)::bigint
                     as uptime,
                   coalesce((extract(epoch from max(lease)) * 1000)::bigint, 0) as lease,
                   bool_or(heartbeat_at < now() - lease) is true as lapsed,
                   exists (select from batch_run where ended_at is null) as runs,
                   exists (select from batch_range where ended_at is null) as ranges
            from batch_node where state = 'alive'
            """)
        .query(
            (row, n) ->
                new Health(
                    Duration.ofMillis(row.getLong("uptime")),
                    Duration.ofMillis(row.getLong("lease")),
                    row.getBoolean("lapsed"),
                    row.getBoolean("runs"),
                    row.getBoolean("ranges")))
        .single();
  }

  /**
   * Declares dead whose lease has lapsed. A row that a chunk's transaction holds is passed over: it
   * is asked again next time.
   */
  List<UUID> buryLapsed() {
    return jdbc.sql(
            """
            with lapsed as (
              select id from batch_node
              where state = 'alive' and heartbeat_at < now() - lease
              for update skip locked)
            update batch_node n set state = 'dead' from lapsed where n.id = lapsed.id
            returning n.id
            """)
        .query((row, n) -> row.getObject("id", UUID.class))
        .list();
  }

  /** Forgets nodes that ended long ago and that no execution names. */
  void forgetEnded(Duration after) {
    jdbc.sql(
            """
            delete from batch_node n
            where state <> 'alive' and heartbeat_at < now() - :afterMs * interval '1 ms'
              and not exists (select from batch_run r where r.node = n.id)
            """)
        .param("afterMs", after.toMillis())
        .update();
  }
}
