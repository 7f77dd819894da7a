package dev.offstage.scheduler.batch.storage;

import dev.offstage.scheduler.batch.step.KeysetReader;
import dev.offstage.store.Columns;
import dev.offstage.store.Db;
import java.util.List;
import org.springframework.batch.infrastructure.item.ItemStreamReader;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The report: the rows of {@code storage_finding}. */
final class Findings {
  private final JdbcClient jdbc;

  Findings(Db db) {
    this.jdbc = db.jdbc();
  }

  /** Writes down what was found; once, however often it is found in the same run. */
  int add(long run, List<? extends Finding> found) {
    var columns =
        Columns.of(List.<Finding>copyOf(found))
            .text("kinds", finding -> finding.kind().text())
            .text("names", Finding::name)
            .text("tenants", Finding::tenant)
            .longs("bytes", Finding::bytes)
            .text("details", Finding::detail);
    return jdbc.sql(
            """
            insert into storage_finding (run, kind, name, tenant, bytes, detail)
            select :run, f.*
            from unnest(:kinds::text[], :names::text[], :tenants::text[], :bytes::bigint[],
              :details::text[]) f
            on conflict (run, kind, name) do nothing
            """)
        .param("run", run)
        .params(columns.arrays())
        .update();
  }

  /** How many rows lack their bytes. */
  long missing(long run) {
    return jdbc.sql(
            "select count(*) from storage_finding where run = ? and kind like '%-without-blob'")
        .param(run)
        .query(Long.class)
        .single();
  }

  /** Those that can be mended and are not. */
  ItemStreamReader<Finding> toMend(long run) {
    return new KeysetReader<>(
        (after, limit) ->
            jdbc.sql(
                    """
                    select kind, name, tenant, bytes, detail from storage_finding
                    where run = :run and mended_at is null and kind <> 'blob-unknown'
                      and kind || '/' || name collate "C" > :after
                    order by kind || '/' || name collate "C" limit :limit
                    """)
                .param("run", run)
                .param("after", after == null ? "" : after)
                .param("limit", limit)
                .query(
                    (row, n) ->
                        new Finding(
                            Finding.Kind.of(row.getString("kind")),
                            row.getString("name"),
                            row.getString("tenant"),
                            row.getLong("bytes"),
                            row.getString("detail")))
                .list(),
        finding -> finding.kind().text() + "/" + finding.name());
  }

  int mended(long run, List<? extends Finding> findings) {
    var columns =
        Columns.of(List.<Finding>copyOf(findings))
            .text("kinds", finding -> finding.kind().text())
            .text("names", Finding::name);
    return jdbc.sql(
            """
            update storage_finding f set mended_at = now()
            from unnest(:kinds::text[], :names::text[]) m (kind, name)
            where f.run = :run and f.kind = m.kind and f.name = m.name and f.mended_at is null
            """)
        .param("run", run)
        .params(columns.arrays())
        .update();
  }
}
