package dev.offstage.worker.analytics;

import dev.offstage.event.Event;
import dev.offstage.event.EventType;
import java.util.List;
import org.springframework.core.annotation.Order;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Whom alias has merged into whom. One after the other within a tenant: what is merged is what was
 * merged so far, whole chains of it. Aliases are rare.
 */
@Component
@Order(200)
final class Aliases implements WriteStep {

  @Override
  public void write(JdbcClient db, List<Event> events) {
    var aliases =
        events.stream()
            .filter(event -> event.type() == EventType.ALIAS)
            .filter(event -> event.who().previousId() != null && event.who().userId() != null)
            .toList();
    aliases.stream()
        .map(event -> event.source().tenant())
        .distinct()
        .sorted()
        .forEach(tenant -> lock(db, tenant));
    for (var alias : aliases) {
      merge(
          db,
          alias.source().tenant(),
          String.valueOf(alias.who().previousId()),
          String.valueOf(alias.who().userId()));
    }
  }

  private static void lock(JdbcClient db, String tenant) {
    db.sql("select pg_advisory_xact_lock(hashtext('offstage.event_alias.' || :tenant))")
        .param("tenant", tenant)
        .query((row, n) -> n)
        .list();
  }

  private static void merge(JdbcClient db, String tenant, String previous, String user) {
    var from = canonical(db, tenant, previous);
    var to = canonical(db, tenant, user);
    if (from.equals(to)) {
      return;
    }
    db.sql("update event_alias set canonical_id = ? where tenant = ? and canonical_id = ?")
        .params(to, tenant, from)
        .update();
    db.sql("insert into event_alias (tenant, user_id, canonical_id) values (?, ?, ?)")
        .params(tenant, from, to)
        .update();
  }

  private static String canonical(JdbcClient db, String tenant, String id) {
    return db.sql("select canonical_id from event_alias where tenant = ? and user_id = ?")
        .params(tenant, id)
        .query(String.class)
        .optional()
        .orElse(id);
  }
}
