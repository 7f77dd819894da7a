package dev.offstage.worker.integration.push;

import dev.offstage.job.JobId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * The parts of pushes. Everything is written in a transaction that is fenced by its job's claim.
 */
final class Parts {
  private static final TypeReference<Map<String, Integer>> COUNTS = new TypeReference<>() {};

  private final JdbcClient jdbc;
  private final JsonMapper json;

  Parts(JdbcClient jdbc, JsonMapper json) {
    this.jdbc = jdbc;
    this.json = json;
  }

  /** A part that is to be: of users, or devices, or both. */
  record NewPart(int no, JobId job, List<String> users, List<UUID> devices) {}

  void insert(UUID push, NewPart part) {
    jdbc.sql(
            """
            insert into push_part (push, no, job_id, users, pending, members, devices)
            values (:push, :no, :job, :users, :devices::uuid[], :members, :count)
            on conflict (push, no) do nothing
            """)
        .param("push", push)
        .param("no", part.no())
        .param("job", part.job().value())
        .param("users", part.users().toArray(String[]::new))
        .param("devices", texts(part.devices()))
        .param("members", part.users().size() + part.devices().size())
        .param("count", part.devices().size())
        .update();
  }

  Optional<Part> find(UUID push, int no) {
    return jdbc.sql("select * from push_part where push = ? and no = ?")
        .params(push, no)
        .query(this::part)
        .optional();
  }

  /** Writes down what has become of a part so far. */
  void update(Part part) {
    var tally = part.tally();
    jdbc.sql(
            """
            update push_part
            set users = :users, pending = :pending::uuid[], devices = :devices, sent = :sent,
                removed = :removed, unreached = :unreached, failed = :failed::jsonb, ended = :ended
            where push = :push and no = :no
            """)
        .param("push", part.push())
        .param("no", part.no())
        .param("users", part.users().toArray(String[]::new))
        .param("pending", texts(part.pending()))
        .param("devices", tally.devices)
        .param("sent", tally.sent)
        .param("removed", tally.removed)
        .param("unreached", tally.unreached)
        .param("failed", json.writeValueAsString(tally.failed))
        .param("ended", part.isDone())
        .update();
  }

  /**
   * What has become of a push.
   *
   * @param live parts whose jobs have not ended
   * @param pending devices that are still to be sent to
   */
  record Progress(int parts, int live, long devices, long pending) {}

  // A part's job is younger than the push: the bound spares the partitions before it.
  private static final String WITH_JOBS =
      " from push_part p left join job j on j.id = p.job_id and j.id >= :push where p.push = :push";

  Progress progress(UUID push) {
    return jdbc.sql(
            """
            select count(*) as parts, coalesce(sum(p.devices), 0) as devices,
              count(*) filter (where not p.ended and j.id is not null and j.outcome is null)
                  as live,
              coalesce(sum(cardinality(p.pending)), 0) as pending
            """
                + WITH_JOBS)
        .param("push", push)
        .query(
            (row, n) ->
                new Progress(
                    row.getInt("parts"),
                    row.getInt("live"),
                    row.getLong("devices"),
                    row.getLong("pending")))
        .single();
  }

  /** The sum of all parts; what a part's job left undone at its end has failed for its reason. */
  Summary summary(UUID push) {
    var failed = new HashMap<String, Long>();
    jdbc.sql(
            """
            select f.key as reason, sum(f.value::bigint) as n
            from push_part p, jsonb_each_text(p.failed) f
            where p.push = :push group by 1
            """)
        .param("push", push)
        .query(
            row -> {
              failed.merge(row.getString("reason"), row.getLong("n"), Long::sum);
            });
    jdbc.sql(
            "select coalesce(j.error_reason, 'lost') as reason, "
                + " sum(cardinality(p.pending) + coalesce(cardinality(p.users), 0)) as n"
                + WITH_JOBS
                + " and not p.ended group by 1")
        .param("push", push)
        .query(
            row -> {
              failed.merge(row.getString("reason"), row.getLong("n"), Long::sum);
            });
    return jdbc.sql(
            """
            select coalesce(sum(members), 0) as members, coalesce(sum(devices), 0) as devices,
              coalesce(sum(sent), 0) as sent, coalesce(sum(removed), 0) as removed,
              coalesce(sum(unreached), 0) as unreached
            from push_part where push = :push
            """)
        .param("push", push)
        .query(
            (row, n) ->
                new Summary(
                    row.getLong("members"),
                    row.getLong("devices"),
                    row.getLong("sent"),
                    failed,
                    row.getLong("removed"),
                    row.getLong("unreached")))
        .single();
  }

  private Part part(ResultSet row, int index) throws SQLException {
    return new Part(
        row.getObject("push", UUID.class),
        row.getInt("no"),
        row.getArray("users") == null
            ? List.of()
            : List.of((String[]) row.getArray("users").getArray()),
        List.of((UUID[]) row.getArray("pending").getArray()),
        new Part.Tally(
            row.getInt("devices"),
            row.getInt("sent"),
            row.getInt("removed"),
            row.getInt("unreached"),
            json.readValue(row.getString("failed"), COUNTS)));
  }

  static String[] texts(Collection<UUID> ids) {
    return ids.stream().map(UUID::toString).toArray(String[]::new);
  }
}
