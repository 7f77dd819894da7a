package dev.offstage.scheduler.batch.retention;

import static java.time.format.DateTimeFormatter.BASIC_ISO_DATE;

import dev.offstage.retention.RetentionKind;
import dev.offstage.rollup.Rollups;
import dev.offstage.store.Db;
import java.time.Duration;
import java.time.LocalDate;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Events or rejects of days that have passed. They are deleted from the day's partition itself:
 * what is deleted from {@code event} is forgotten in the roll-ups too, which is for persons who ask
 * for it, not for age.
 */
final class ExpiredEvents implements Expired {
  private final Db db;
  private final JdbcClient jdbc;
  private final RetentionKind kind;
  private final String parent;
  private final Duration standard;

  private ExpiredEvents(Db db, RetentionKind kind, String parent, Duration standard) {
    this.db = db;
    this.jdbc = db.jdbc();
    this.kind = kind;
    this.parent = parent;
    this.standard = standard;
  }

  static ExpiredEvents events(Db db, Duration standard) {
    return new ExpiredEvents(db, RetentionKind.EVENTS, "event", standard);
  }

  static ExpiredEvents rejects(Db db, Duration standard) {
    return new ExpiredEvents(db, RetentionKind.REJECTS, "event_reject", standard);
  }

  @Override
  public RetentionKind kind() {
    return kind;
  }

  @Override
  public Duration standard() {
    return standard;
  }

  @Override
  public String tables() {
    return """
    select c.relname::text as name,
      (to_date(right(c.relname, 8), 'YYYYMMDD') + 1)::timestamp at time zone 'UTC' as to_at
    from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = '%s'::regclass
    """
        .formatted(parent);
  }

  @Override
  public long count(Share share) {
    return jdbc.sql("select count(*) from " + share.table() + " where tenant = ?")
        .param(share.tenant())
        .query(Long.class)
        .single();
  }

  @Override
  public int take(Share share, int limit) {
    if (kind == RetentionKind.EVENTS) {
      var day =
          LocalDate.parse(share.table().substring(share.table().length() - 8), BASIC_ISO_DATE);
      Rollups.over(db).close(new Rollups.Day(share.tenant(), day));
    }
    return jdbc.sql(
            """
            delete from %1$s where ctid = any(array(
              select ctid from %1$s where tenant = :tenant limit :limit))
            """
                .formatted(share.table()))
        .param("tenant", share.tenant())
        .param("limit", limit)
        .update();
  }
}
