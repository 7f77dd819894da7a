package dev.offstage.scheduler.batch.erasure;

import dev.offstage.scheduler.batch.person.Person;
import dev.offstage.store.Db;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Rows that are the person's, or name the person among others, and are few. */
final class Belongings {
  private final JdbcClient jdbc;

  Belongings(Db db) {
    this.jdbc = db.jdbc();
  }

  /** Marks the person's assets deleted: nobody finds them any more. */
  int markAssets(Person person) {
    return update(
        person,
        """
        update asset set deleted_at = now()
        where tenant = :tenant and owner = :user and deleted_at is null
        """);
  }

  /** What the outbox has of the person's assets, and of others' events that name the person. */
  int eraseMarks(Person person) {
    return update(
            person,
            """
            delete from webhook_mark m
            where m.tenant = :tenant and m.subject in
              (select a.id from asset a where a.tenant = :tenant and a.owner = :user)
            """)
        + update(
            person,
            """
            delete from webhook_mark m
            where m.tenant = :tenant and position(person_quoted(:user) in m.data) > 0
            """);
  }

  /** Devices, and places in lists of whom a push is for. Counts by kind. */
  Map<String, Long> eraseFromPushes(Person person) {
    var gone = new LinkedHashMap<String, Long>();
    gone.put(
        "devices",
        (long) update(person, "delete from device where tenant = :tenant and owner = :user"));
    gone.put(
        "pushParts",
        (long)
            update(
                person,
                """
                update push_part p set users = array_remove(p.users, :user)
                from job j
                where j.id = p.push and j.tenant = :tenant and :user = any(p.users)
                """));
    gone.put(
        "pushAudiences",
        (long)
            update(
                person,
                """
                update push_audience_part p set users = array_remove(p.users, :user)
                from push_audience a
                where a.id = p.audience and a.tenant = :tenant and :user = any(p.users)
                """));
    return gone;
  }

  /** Takes files out of use that may hold what the person did, or are about them. */
  int markFiles(Person person, boolean exports) {
    return update(
        person,
        """
        update batch_file set deleted_at = now()
        where tenant = :tenant and deleted_at is null
          and (subject = person_subject(:tenant, :user) %s)
        """
            .formatted(exports ? "or batch = 'export'" : ""));
  }

  /** A run that may be writing what the person did, or is about them, and has not ended. */
  Optional<Long> liveExport(Person person, boolean exports) {
    return jdbc.sql(
            """
            select execution from batch_run
            where ended_at is null and parameters ->> 'tenant' = :tenant
              and (batch = 'export-user' and parameters ->> 'user' = :user %s)
            order by execution limit 1
            """
                .formatted(exports ? "or batch = 'export'" : ""))
        .param("tenant", person.tenant())
        .param("user", person.user())
        .query(Long.class)
        .optional();
  }

  /** Runs that have made, or begun to make, archives of the person. */
  List<Long> archives(Person person) {
    return jdbc.sql(
            """
            select distinct instance from batch_run
            where batch = 'export-user' and parameters ->> 'tenant' = :tenant
              and parameters ->> 'user' = :user
            """)
        .param("tenant", person.tenant())
        .param("user", person.user())
        .query((row, n) -> row.getLong("instance"))
        .list();
  }

  private int update(Person person, String sql) {
    return jdbc.sql(sql).param("tenant", person.tenant()).param("user", person.user()).update();
  }
}
