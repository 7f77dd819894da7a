package dev.offstage.scheduler.batch.retention;

import dev.offstage.retention.RetentionKind;
import dev.offstage.store.Db;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Rows that promise bytes: assets and files of batches. They are marked; their bytes go later. */
final class ExpiredMarks implements Expired {
  private final JdbcClient jdbc;
  private final RetentionKind kind;
  private final String table;
  private final String key;
  private final @Nullable Duration standard;

  private ExpiredMarks(
      Db db, RetentionKind kind, String table, String key, @Nullable Duration standard) {
    this.jdbc = db.jdbc();
    this.kind = kind;
    this.table = table;
    this.key = key;
    this.standard = standard;
  }

  static ExpiredMarks assets(Db db) {
    return new ExpiredMarks(db, RetentionKind.ASSETS, "asset", "id", null);
  }

  static ExpiredMarks files(Db db, Duration standard) {
    return new ExpiredMarks(db, RetentionKind.FILES, "batch_file", "blob_key", standard);
  }

  @Override
  public RetentionKind kind() {
    return kind;
  }

  @Override
  public @Nullable Duration standard() {
    return standard;
  }

  @Override
  public String tables() {
    return "select '%s' as name, '-infinity'::timestamptz as to_at".formatted(table);
  }

  @Override
  public long count(Share share) {
    return jdbc.sql(
            """
            select count(*) from %s
            where tenant = :tenant and created_at < :cutoff and deleted_at is null
            """
                .formatted(table))
        .param("tenant", share.tenant())
        .param("cutoff", share.cutoff())
        .query(Long.class)
        .single();
  }

  @Override
  public int take(Share share, int limit) {
    return jdbc.sql(
            """
            update %1$s set deleted_at = now()
            where %2$s = any(array(
                select %2$s from %1$s
                where tenant = :tenant and created_at < :cutoff and deleted_at is null
                order by created_at limit :limit))
              and deleted_at is null
            """
                .formatted(table, key))
        .param("tenant", share.tenant())
        .param("cutoff", share.cutoff())
        .param("limit", limit)
        .update();
  }
}
