package dev.offstage.ingest.push;

import dev.offstage.store.JobIds;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Lists as they come, part by part. */
@Repository
class AudienceStore {
  private final JdbcClient jdbc;
  private final JobIds ids;

  AudienceStore(JdbcClient jdbc, JobIds ids) {
    this.jdbc = jdbc;
    this.ids = ids;
  }

  /** Begins a list. Until it is {@link #close closed} it does not exist for anybody else. */
  UUID open(String tenant) {
    var id = ids.next().value();
    jdbc.sql("insert into push_audience (id, tenant) values (?, ?)").params(id, tenant).update();
    return id;
  }

  void add(UUID audience, int no, List<String> users, List<UUID> devices) {
    jdbc.sql(
            """
            insert into push_audience_part (audience, no, users, devices)
            values (:audience, :no, :users, :devices::uuid[])
            """)
        .param("audience", audience)
        .param("no", no)
        .param("users", users.toArray(String[]::new))
        .param("devices", devices.stream().map(UUID::toString).toArray(String[]::new))
        .update();
  }

  Audience close(UUID id, int members) {
    return jdbc.sql("update push_audience set members = ? where id = ? returning *")
        .params(members, id)
        .query(AudienceStore::audience)
        .single();
  }

  Optional<Audience> find(UUID id, String tenant) {
    return jdbc.sql(
            "select * from push_audience where id = ? and tenant = ? and members is not null")
        .params(id, tenant)
        .query(AudienceStore::audience)
        .optional();
  }

  /** Returns whether there was such a one. */
  boolean delete(UUID id, String tenant) {
    return jdbc.sql("delete from push_audience where id = ? and tenant = ?")
            .params(id, tenant)
            .update()
        == 1;
  }

  /** Forgets lists that were cut off, and those that have had their time; at most so many. */
  int forget(Duration cutOff, Duration keep, int most) {
    return jdbc.sql(
            """
            delete from push_audience where id in (
              select id from push_audience
              where created_at < now() - (case when members is null then :cutOff else :keep end)
                  * interval '1 ms'
              order by created_at limit :most for update skip locked)
            """)
        .param("cutOff", cutOff.toMillis())
        .param("keep", keep.toMillis())
        .param("most", most)
        .update();
  }

  private static Audience audience(java.sql.ResultSet row, int index) throws java.sql.SQLException {
    return new Audience(
        row.getObject("id", UUID.class),
        row.getInt("members"),
        row.getObject("created_at", OffsetDateTime.class).toInstant());
  }
}
