package dev.offstage.scheduler.batch.export;

import dev.offstage.store.Db;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A day's events in the order of their times and ids: that of the index that finds them. One whose
 * transaction is yet to come was written before the database was restored from a dump.
 */
final class EventRows implements Rows {
  private static final int PAGE = 2_000;
  private static final String SELECT =
      "select "
          + RowReading.selected(Dataset.EVENTS.columns())
          + """
          , id as position_id,
            to_char(occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as position_at
          from event
          where tenant = :tenant and occurred_at >= :from::timestamptz
            and occurred_at < :to::timestamptz
            and (occurred_at, id) > (:at::timestamptz, :id::uuid)
            and (txid < :horizon::xid8 or txid >= pg_snapshot_xmax(pg_current_snapshot()))
          order by occurred_at, id limit :limit
          """;

  private final JdbcClient jdbc;
  private final Slice slice;
  private final RowReading reading =
      new RowReading(
          Dataset.EVENTS.columns(),
          row -> row.getString("position_at") + "/" + row.getString("position_id"));

  EventRows(Db db, Slice slice) {
    this.jdbc = db.jdbc();
    this.slice = slice;
  }

  static long count(Db db, Slice slice) {
    return db.jdbc()
        .sql(
            """
            select count(*) from event
            where tenant = :tenant and occurred_at >= :from::timestamptz
              and occurred_at < :to::timestamptz
            """)
        .param("tenant", slice.tenant())
        .param("from", slice.from())
        .param("to", slice.to())
        .query(Long.class)
        .single();
  }

  @Override
  public List<Row> page(@Nullable String after) {
    // All ids are greater than this one: UUIDs of events have a version.
    var behind = after == null ? slice.from() + "/" + new UUID(0, 0) : after;
    int cut = behind.indexOf('/');
    return jdbc.sql(SELECT)
        .param("tenant", slice.tenant())
        .param("from", slice.from())
        .param("to", slice.to())
        .param("at", behind.substring(0, cut))
        .param("id", behind.substring(cut + 1))
        .param("horizon", slice.horizon())
        .param("limit", PAGE)
        .query(reading)
        .list();
  }
}
