package dev.offstage.scheduler.batch.archive;

import dev.offstage.blob.BlobKey;
import dev.offstage.scheduler.batch.person.Person;
import dev.offstage.store.Db;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The person's uploads, originals and variants, as files of the archive. */
final class PersonBytes {
  private static final int PAGE = 500;

  private final JdbcClient jdbc;
  private final Person person;
  private String after = "";

  PersonBytes(Db db, Person person) {
    this.jdbc = db.jdbc();
    this.person = person;
  }

  /**
   * @param name within the archive
   */
  record Entry(String name, BlobKey blob) {}

  /** The next ones; none once there are no more. */
  List<Entry> next() {
    var page =
        jdbc.sql(
                """
                select name, blob_key from (
                  select 'assets/' || a.id || '/original' as name, a.blob_key from asset a
                  where a.tenant = :tenant and a.owner = :user and a.deleted_at is null
                  union all
                  select 'assets/' || a.id || '/' || v.name || '.' || v.format, v.blob_key
                  from asset a join variant v on v.asset_id = a.id
                  where a.tenant = :tenant and a.owner = :user and a.deleted_at is null
                  union all
                  select 'uploads/' || u.id, u.blob_key from upload u
                  where u.tenant = :tenant and u.owner = :user and u.asset_id is null
                    and u.state <> 'gone' and u.received > 0) e
                where name collate "C" > :after order by name collate "C" limit :limit
                """)
            .param("tenant", person.tenant())
            .param("user", person.user())
            .param("after", after)
            .param("limit", PAGE)
            .query(
                (row, n) ->
                    new Entry(row.getString("name"), new BlobKey(row.getString("blob_key"))))
            .list();
    after = page.isEmpty() ? after : page.getLast().name();
    return page;
  }
}
