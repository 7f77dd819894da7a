package dev.offstage.scheduler.batch.backfill;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.batch.infrastructure.item.ExecutionContext;
import org.springframework.batch.infrastructure.item.ItemStreamReader;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reads assets in the order of their ids, a page at a time. */
final class BackfillAssets implements ItemStreamReader<BackfillAsset> {
  private static final String AFTER = "after";
  private static final UUID FIRST = new UUID(0, 0);
  private static final int PAGE = 500;

  private static final String ASSETS =
      """
      from asset a
      where a.tenant = :tenant and a.deleted_at is null
        and starts_with(a.media_type, :mediaType)
        and (:from::timestamptz is null or a.created_at >= :from::timestamptz)
        and (:to::timestamptz is null or a.created_at < :to::timestamptz)
        and (:preset::text is null or not exists (select from variant v
          where v.asset_id = a.id and v.name = :preset and v.format = :format))
        and a.id > :after
      """;

  private final JdbcClient jdbc;
  private final BackfillFilter filter;
  private final Deque<BackfillAsset> ahead = new ArrayDeque<>();
  private UUID read = FIRST;
  private UUID given = FIRST;

  BackfillAssets(JdbcClient jdbc, BackfillFilter filter) {
    this.jdbc = jdbc;
    this.filter = filter;
  }

  /** How many there are now. */
  long count() {
    return select("select count(*) " + ASSETS).query(Long.class).single();
  }

  @Override
  public void open(ExecutionContext context) {
    if (context.containsKey(AFTER)) {
      read = UUID.fromString(context.getString(AFTER));
      given = read;
    }
  }

  @Override
  public @Nullable BackfillAsset read() {
    if (ahead.isEmpty()) {
      ahead.addAll(page());
    }
    var asset = ahead.poll();
    if (asset != null) {
      given = asset.id();
    }
    return asset;
  }

  @Override
  public void update(ExecutionContext context) {
    context.putString(AFTER, given.toString());
  }

  private List<BackfillAsset> page() {
    var page =
        select("select a.id, a.owner " + ASSETS + " order by a.id limit " + PAGE)
            .query(
                (row, n) ->
                    new BackfillAsset(row.getObject("id", UUID.class), row.getString("owner")))
            .list();
    if (!page.isEmpty()) {
      read = page.getLast().id();
    }
    return page;
  }

  private JdbcClient.StatementSpec select(String sql) {
    return jdbc.sql(sql)
        .param("tenant", filter.tenant())
        .param("mediaType", filter.mediaType())
        .param("from", filter.from())
        .param("to", filter.to())
        .param("preset", filter.preset())
        .param("format", filter.format())
        .param("after", read);
  }
}
