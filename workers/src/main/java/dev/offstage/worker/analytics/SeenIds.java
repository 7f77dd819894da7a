package dev.offstage.worker.analytics;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Which ids were written before, within the window. */
final class SeenIds {
  /**
   * @param turnDue whether the current generation is as old as the window is long
   * @param tombstones whether any user was erased
   */
  record Window(int generation, boolean turnDue, boolean tombstones) {}

  private SeenIds() {}

  /** Keeps the window from turning until the transaction ends, and says where it stands. */
  static Window hold(JdbcClient db) {
    db.sql("select pg_advisory_xact_lock_shared(hashtext('offstage.event'))")
        .query((row, n) -> n)
        .list();
    return db.sql(
            """
            select generation, began_at + length <= now() as turn_due,
                   exists (select from event_tombstone) as tombstones
            from event_window
            """)
        .query(
            (row, n) ->
                new Window(
                    row.getInt("generation"),
                    row.getBoolean("turn_due"),
                    row.getBoolean("tombstones")))
        .single();
  }

  /**
   * Enters ids, and says which are new. Sorted, so that two writers of the same ids wait for each
   * other in one order.
   */
  static Set<UUID> enter(JdbcClient db, int generation, Collection<UUID> ids) {
    return new HashSet<>(
        db.sql(
                """
                insert into event_seen (generation, id)
                select :current, given.id from unnest(:ids) as given (id)
                where given.id not in
                  (select s.id from event_seen s
                   where s.generation = :previous and s.id = any(:ids))
                order by given.id
                on conflict do nothing
                returning id
                """)
            .param("current", generation)
            .param("previous", generation - 1)
            .param("ids", ids.toArray(UUID[]::new))
            .query((row, n) -> row.getObject(1, UUID.class))
            .list());
  }

  /** Begins a new generation if it is time. */
  static void turn(JdbcClient db) {
    db.sql("select turn_event_window(now())").query((row, n) -> n).list();
  }
}
