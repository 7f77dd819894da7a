package dev.offstage.scheduler.batch.artifact;

import dev.offstage.blob.BlobKey;
import dev.offstage.store.Db;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The rows of {@code batch_file}. */
public class BatchFiles {
  private static final String COLUMNS =
      "blob_key, run, batch, tenant, subject, name, rows, bytes, sha256";

  private final JdbcClient jdbc;

  public BatchFiles(Db db) {
    this.jdbc = db.jdbc();
  }

  /** Names a blob that is whole. One that is named already was written anew. */
  public void add(BatchFile file) {
    jdbc.sql(
            """
            insert into batch_file
              (blob_key, run, batch, tenant, subject, name, rows, bytes, sha256)
            values (:blob, :run, :batch, :tenant, :subject, :name, :rows, :bytes, :sha256)
            on conflict (blob_key) do update
            set rows = excluded.rows, bytes = excluded.bytes, sha256 = excluded.sha256,
                created_at = now(), deleted_at = null
            """)
        .param("blob", file.blob().path())
        .param("run", file.run())
        .param("batch", file.batch())
        .param("tenant", file.tenant())
        .param("subject", file.subject())
        .param("name", file.name())
        .param("rows", file.rows())
        .param("bytes", file.bytes())
        .param("sha256", file.sha256())
        .update();
  }

  /** Files of a run behind {@code after}, by their keys. */
  public List<BatchFile> of(long run, String after, int limit) {
    return jdbc.sql(
            "select "
                + COLUMNS
                + """
                 from batch_file where run = :run and blob_key > :after and deleted_at is null
                order by blob_key limit :limit
                """)
        .param("run", run)
        .param("after", after)
        .param("limit", limit)
        .query(BatchFiles::file)
        .list();
  }

  private static BatchFile file(ResultSet row, int index) throws SQLException {
    return new BatchFile(
        new BlobKey(row.getString("blob_key")),
        row.getLong("run"),
        row.getString("batch"),
        row.getString("tenant"),
        row.getObject("subject", UUID.class),
        row.getString("name"),
        row.getObject("rows", Long.class),
        row.getLong("bytes"),
        row.getString("sha256"));
  }
}
