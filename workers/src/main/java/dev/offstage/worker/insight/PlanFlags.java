package dev.offstage.worker.insight;

import dev.offstage.event.Event;
import dev.offstage.plan.Action;
import dev.offstage.worker.analytics.WriteStep;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.UUID;
import org.springframework.core.annotation.Order;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Notes which events were kept though their app's tracking plan flags them. */
@Component
@Order(910)
final class PlanFlags implements WriteStep {
  /** Of a tenant: problems name properties, which an app makes up. */
  private static final int MOST = 5_000;

  private static final int MAX_NAME = 255;
  private static final int MAX_PROBLEM = 300;

  private record Key(String tenant, String app, String type, String name, String problem) {
    private static final Comparator<Key> ORDER =
        Comparator.comparing(Key::tenant)
            .thenComparing(Key::app)
            .thenComparing(Key::type)
            .thenComparing(Key::name)
            .thenComparing(Key::problem);
  }

  private record Seen(int events, UUID latest, Instant at) {
    private Seen and(Seen later) {
      return new Seen(events + later.events, later.latest, later.at);
    }
  }

  private final PlanCheck plans;

  PlanFlags(PlanCheck plans) {
    this.plans = plans;
  }

  @Override
  public void write(JdbcClient db, List<Event> events) {
    var flags = new TreeMap<Key, Seen>(Key.ORDER);
    for (var event : events) {
      var verdict = plans.judge(event);
      if (verdict.action() == Action.FLAG) {
        for (var problem : verdict.problems()) {
          flags.merge(
              key(event, problem), new Seen(1, event.id(), event.times().receivedAt()), Seen::and);
        }
      }
    }
    flags.forEach((key, seen) -> note(db, key, seen));
  }

  private static Key key(Event event, String problem) {
    var name = event.name() == null ? "" : event.name();
    return new Key(
        event.source().tenant(),
        event.source().app(),
        event.type().text(),
        cut(name, MAX_NAME),
        cut(problem, MAX_PROBLEM));
  }

  private static String cut(String text, int most) {
    return text.length() > most ? text.substring(0, most) : text;
  }

  private static void note(JdbcClient db, Key key, Seen seen) {
    db.sql(
            """
            insert into event_flag as f
              (tenant, app, type, name, problem, events, latest_event, last_seen_at)
            select :tenant, :app, :type, :name, :problem, :events, :latest,
              cast(:at as timestamptz)
            where (select count(*) from event_flag where tenant = :tenant) < :most
              or exists (select from event_flag where tenant = :tenant and app = :app
                and type = :type and name = :name and problem = :problem)
            on conflict on constraint event_flag_pk do update
              set events = f.events + excluded.events, latest_event = excluded.latest_event,
                last_seen_at = excluded.last_seen_at
            """)
        .param("tenant", key.tenant())
        .param("app", key.app())
        .param("type", key.type())
        .param("name", key.name())
        .param("problem", key.problem())
        .param("events", seen.events())
        .param("latest", seen.latest())
        .param("at", seen.at().toString())
        .param("most", MOST)
        .update();
  }
}
