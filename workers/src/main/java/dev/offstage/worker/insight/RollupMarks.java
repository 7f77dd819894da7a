package dev.offstage.worker.insight;

import dev.offstage.event.Event;
import dev.offstage.live.LiveCounts;
import dev.offstage.rollup.DirtyHours;
import dev.offstage.rollup.DirtyHours.DirtyHour;
import dev.offstage.worker.analytics.WriteStep;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.core.annotation.Order;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** Marks the hours that events fall into, and counts the events live once they are written. */
@Component
@Order(900)
final class RollupMarks implements WriteStep {
  private final LiveCounts live;

  RollupMarks(LiveCounts live) {
    this.live = live;
  }

  private static final class Tally {
    private long events;
    private final Set<String> people = new HashSet<>();
  }

  @Override
  public void write(JdbcClient db, List<Event> events) {
    var hours = new HashSet<DirtyHour>();
    var tallies = new HashMap<String, Tally>();
    for (var event : events) {
      var tenant = event.source().tenant();
      hours.add(DirtyHour.of(tenant, event.times().occurredAt()));
      var tally = tallies.computeIfAbsent(tenant, t -> new Tally());
      tally.events++;
      var who = event.who();
      if (who.userId() != null) {
        tally.people.add("u" + who.userId());
      } else if (who.anonymousId() != null) {
        tally.people.add("a" + who.anonymousId());
      }
    }
    DirtyHours.over(db).mark(hours);
    TransactionSynchronizationManager.registerSynchronization(
        new TransactionSynchronization() {
          @Override
          public void afterCommit() {
            count(tallies);
          }
        });
  }

  private void count(Map<String, Tally> tallies) {
    tallies.forEach((tenant, tally) -> live.add(tenant, tally.events, tally.people));
  }
}
