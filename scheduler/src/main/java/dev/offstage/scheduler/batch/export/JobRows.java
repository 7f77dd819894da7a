package dev.offstage.scheduler.batch.export;

import dev.offstage.store.Db;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The jobs of a tenant that were enqueued on a day, by their ids. The primary key is all tenants'
 * order: so many of its entries are looked through at a time, whosever they are, that no query
 * takes long however few are the tenant's.
 */
final class JobRows implements Rows {
  private static final int WINDOW = 2_000;
  private static final String SELECT =
      "select "
          + RowReading.selected(Dataset.JOBS.columns())
          + """
           from job
          where id > :after::uuid and id >= uuid7_floor(:from::timestamptz) and id <= :until::uuid
            and tenant = :tenant
          order by id
          """;

  private final JdbcClient jdbc;
  private final Slice slice;
  private final RowReading reading =
      new RowReading(Dataset.JOBS.columns(), row -> row.getString("id"));
  private @Nullable UUID looked;

  JobRows(Db db, Slice slice) {
    this.jdbc = db.jdbc();
    this.slice = slice;
  }

  @Override
  public List<Row> page(@Nullable String after) {
    while (true) {
      var from = from(after);
      var until = until(from);
      if (until == null) {
        return List.of();
      }
      var rows = rows(from, until);
      looked = until;
      if (!rows.isEmpty()) {
        return rows;
      }
    }
  }

  private String from(@Nullable String after) {
    if (looked != null) {
      return looked.toString();
    }
    return after == null ? new UUID(0, 0).toString() : after;
  }

  /** The end of the window; null if there is no job in it. */
  private @Nullable UUID until(String from) {
    return jdbc.sql(
            """
            select id from
              (select id from job
               where id > :after::uuid and id >= uuid7_floor(:from::timestamptz)
                 and id < uuid7_floor(:to::timestamptz)
               order by id limit :window) w
            order by id desc limit 1
            """)
        .param("after", from)
        .param("from", slice.from())
        .param("to", slice.to())
        .param("window", WINDOW)
        .query(UUID.class)
        .optional()
        .orElse(null);
  }

  private List<Row> rows(String from, UUID until) {
    return jdbc.sql(SELECT)
        .param("after", from)
        .param("from", slice.from())
        .param("until", until)
        .param("tenant", slice.tenant())
        .query(reading)
        .list();
  }
}
