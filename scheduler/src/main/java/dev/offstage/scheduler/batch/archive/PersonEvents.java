package dev.offstage.scheduler.batch.archive;

import dev.offstage.scheduler.batch.person.Person;
import dev.offstage.store.Db;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The person's events, day by day: those that an erasure would delete. */
final class PersonEvents {
  private static final String FIRST_DAY = "0001-01-01";
  private static final String SELECT =
      """
      with who as materialized (
        select w.ids, event_anonymous_of(:tenant, w.ids) as anonymous
        from (select person_event_ids(:tenant, :user) as ids) w)
      select to_char(v.occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '/' || v.id
          as position,
        to_jsonb(v) - 'txid' as line
      from event v, who
      where v.tenant = :tenant and v.occurred_at >= :from::timestamptz
        and v.occurred_at < :from::timestamptz + interval '1 day'
        and (v.occurred_at, v.id) > (:at::timestamptz, :id::uuid)
        and (v.user_id = any(who.ids)
          or (v.user_id is null and v.anonymous_id = any(who.anonymous)
            and (not event_is_shared(:tenant, v.anonymous_id, who.ids)
              or event_person(:tenant, v.anonymous_id, v.occurred_at) = any(who.ids))))
      order by v.occurred_at, v.id limit :limit
      """;

  private final JdbcClient jdbc;
  private final Person person;

  PersonEvents(Db db, Person person) {
    this.jdbc = db.jdbc();
    this.person = person;
  }

  List<Line> page(@Nullable String after, int limit) {
    var position = after == null ? FIRST_DAY + "T00:00:00Z/" + new UUID(0, 0) : after;
    while (true) {
      var lines = of(position, limit);
      var next = lines.isEmpty() ? dayAfter(position) : null;
      if (next == null) {
        return lines;
      }
      position = next + "T00:00:00Z/" + new UUID(0, 0);
    }
  }

  private @Nullable LocalDate dayAfter(String position) {
    return jdbc.sql("select min(d) from event_days() d where d > :day::date having count(*) > 0")
        .param("day", position.substring(0, FIRST_DAY.length()))
        .query(LocalDate.class)
        .optional()
        .orElse(null);
  }

  private List<Line> of(String position, int limit) {
    int cut = position.indexOf('/');
    return jdbc.sql(SELECT)
        .param("tenant", person.tenant())
        .param("user", person.user())
        .param("from", position.substring(0, FIRST_DAY.length()) + "T00:00:00Z")
        .param("at", position.substring(0, cut))
        .param("id", position.substring(cut + 1))
        .param("limit", limit)
        .query((row, n) -> new Line(row.getString("position"), row.getString("line")))
        .list();
  }
}
