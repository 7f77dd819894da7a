package dev.offstage.scheduler.schedule;

import dev.offstage.store.Db;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Decides ticks: plans a run for each that is to be run. May be asked at any time, by anybody. */
@Component
public class Ticks {
  private static final Logger log = LoggerFactory.getLogger(Ticks.class);

  private static final int MOST_AT_ONCE = 200;

  private final Db db;
  private final ScheduleRuns runs;
  private final InstantSource clock;

  Ticks(Db db, ScheduleRuns runs, InstantSource clock) {
    this.db = db;
    this.runs = runs;
    this.clock = clock;
  }

  /** A run that was planned, and when it is to start. */
  public record Planned(UUID run, Instant dueAt) {}

  /**
   * Decides the ticks of a schedule up to now. The schedule's row is locked, so that one node
   * decides at a time, and each from where the one before came to.
   *
   * @param missedAfter ticks older than that are missed ones
   */
  public List<Planned> decide(String name, Duration missedAfter) {
    var all = new ArrayList<Planned>();
    boolean more;
    do {
      var decided = db.transactions().execute(status -> decideSome(name, missedAfter));
      all.addAll(decided.planned);
      more = decided.more;
    } while (more);
    return all;
  }

  private record Decided(List<Planned> planned, boolean more) {
    static final Decided NOTHING = new Decided(List.of(), false);
  }

  private Decided decideSome(String name, Duration missedAfter) {
    var locked =
        db.jdbc()
            .sql("select * from schedule where name = :name and not paused for update")
            .param("name", name)
            .query(Schedules::schedule)
            .optional();
    if (locked.isEmpty()) {
      return Decided.NOTHING;
    }
    var schedule = locked.get();
    var definition = schedule.definition();
    var now = clock.instant();
    if (!now.isAfter(schedule.decidedTo())) {
      return Decided.NOTHING;
    }
    var due =
        DueTicks.of(
            definition.clock(),
            definition.missed(),
            schedule.decidedTo(),
            now.minus(missedAfter),
            now,
            MOST_AT_ONCE);
    if (due.skipped() > 0) {
      log.warn("Schedule {} let {} missed ticks go", name, due.skipped());
    }
    var planned = plan(schedule, due.ticks());
    decided(schedule, due);
    return new Decided(planned, due.more());
  }

  private List<Planned> plan(Schedule schedule, List<Instant> ticks) {
    var planned = new ArrayList<Planned>();
    for (var tick : ticks) {
      var due = schedule.definition().due(schedule.name(), tick);
      runs.plan(schedule.name(), schedule.definition(), tick, "schedule:" + schedule.name())
          .ifPresent(id -> planned.add(new Planned(id, due)));
    }
    return planned;
  }

  private void decided(Schedule schedule, DueTicks due) {
    var next = schedule.definition().clock().next(due.decidedTo());
    db.jdbc()
        .sql(
            """
            update schedule
            set decided_to = :decided, next_at = :next, skipped = skipped + :skipped
            where name = :name
            """)
        .param("name", schedule.name())
        .param("decided", Schedules.time(due.decidedTo()))
        .param("next", next.map(Schedules::time).orElse(null))
        .param("skipped", due.skipped())
        .update();
  }

  /** Schedules whose next tick was before {@code late}. */
  public List<String> behind(Instant late) {
    return db.jdbc()
        .sql("select name from schedule where next_at <= :late order by next_at limit 100")
        .param("late", Schedules.time(late))
        .query((row, n) -> String.valueOf(row.getString("name")))
        .list();
  }
}
