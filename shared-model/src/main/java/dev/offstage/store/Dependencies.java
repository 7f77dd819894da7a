package dev.offstage.store;

import static dev.offstage.store.Columns.texts;

import dev.offstage.job.JobId;
import dev.offstage.job.Membership;
import dev.offstage.job.Parent;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Whom new jobs wait for, jobs or whole workflows, and the workflows that they join. */
final class Dependencies {
  private final JdbcClient jdbc;

  Dependencies(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  static Set<JobId> parentsOf(Collection<JobRow> rows) {
    var parents = new HashSet<JobId>();
    rows.forEach(row -> row.job().after().forEach(parent -> parents.add(parent.id())));
    return parents;
  }

  /** The jobs and workflows of {@code ids} that there are, and their tenants. */
  Map<JobId, String> tenantsOf(Set<JobId> ids) {
    var tenants = new HashMap<JobId, String>();
    if (!ids.isEmpty()) {
      jdbc.sql(
              """
              select id, tenant from job where id = any(:ids::uuid[])
              union all select id, tenant from workflow where id = any(:ids::uuid[])
              """)
          .param("ids", texts(ids, JobId::toString))
          .query(
              row -> {
                tenants.put(new JobId(row.getObject("id", UUID.class)), row.getString("tenant"));
              });
    }
    return tenants;
  }

  /** Those of the workflows that rows want to join that have not ended, and their tenants. */
  Map<UUID, String> openWorkflows(Collection<JobRow> rows) {
    var open = new HashMap<UUID, String>();
    var ids = newMembers(rows).keySet();
    if (!ids.isEmpty()) {
      jdbc.sql("select id, tenant from workflow where id = any(:ids::uuid[]) and ended_at is null")
          .param("ids", texts(ids, UUID::toString))
          .query(
              row -> {
                open.put(row.getObject("id", UUID.class), row.getString("tenant"));
              });
    }
    return open;
  }

  /** Locks parents that wait at no gate: their ends come to gates after them. */
  void lockFree(Set<JobId> parents) {
    if (!parents.isEmpty()) {
      jdbc.sql(
              """
              select id from job j
              where id = any(:ids::uuid[])
                and not exists (select from parked p where p.job_id = j.id)
              order by id for no key update
              """)
          .param("ids", texts(parents, JobId::toString))
          .query(JobRows::id)
          .list();
    }
  }

  /** Locks parents that are there already, so that none ends unseen; answers who has ended. */
  List<JobId> lock(Set<JobId> parents) {
    if (parents.isEmpty()) {
      return List.of();
    }
    var ids = texts(parents, JobId::toString);
    jdbc.sql("select id from job where id = any(:ids::uuid[]) order by id for no key update")
        .param("ids", ids)
        .query(JobRows::id)
        .list();
    jdbc.sql("select id from workflow where id = any(:ids::uuid[]) order by id for update")
        .param("ids", ids)
        .query(JobRows::id)
        .list();
    jdbc.sql(
            """
            update job set linked = true
            where id = any(:ids::uuid[]) and ended_at is null and not linked
            """)
        .param("ids", ids)
        .update();
    return jdbc.sql(
            """
            select id from job where id = any(:ids::uuid[]) and ended_at is not null
            union all
            select id from workflow where id = any(:ids::uuid[]) and ended_at is not null
            """)
        .param("ids", ids)
        .query(JobRows::id)
        .list();
  }

  /** Counts new members; the batch starts over if a workflow has ended meanwhile. */
  void join(Collection<JobRow> rows) {
    var members = newMembers(rows);
    if (members.isEmpty()) {
      return;
    }
    int joined =
        jdbc.sql(
                """
                update workflow w set live = w.live + m.n
                from unnest(:ids::uuid[], :counts::int[]) as m(id, n)
                where w.id = m.id and w.ended_at is null
                """)
            .param("ids", texts(members.keySet(), UUID::toString))
            .param("counts", members.values().toArray(Integer[]::new))
            .update();
    if (joined < members.size()) {
      throw new ConcurrencyFailureException("a workflow ended at the same moment");
    }
  }

  private static Map<UUID, Integer> newMembers(Collection<JobRow> rows) {
    var members = new HashMap<UUID, Integer>();
    rows.stream()
        .map(row -> row.job().workflow())
        .filter(Objects::nonNull)
        .map(Membership::workflow)
        .forEach(id -> members.merge(id, 1, Integer::sum));
    return members;
  }

  /** Writes down whom rows that have just been inserted wait for. */
  void insert(Collection<JobRow> rows) {
    record Edge(JobId child, Parent parent) {}
    var edges =
        rows.stream()
            .flatMap(row -> row.job().after().stream().map(parent -> new Edge(row.id(), parent)))
            .toList();
    if (edges.isEmpty()) {
      return;
    }
    var columns =
        Columns.of(edges)
            .text("parents", edge -> edge.parent().id())
            .text("children", Edge::child)
            .text("conditions", edge -> edge.parent().condition().text())
            .text("onDiscard", edge -> edge.parent().onDiscard().text());
    jdbc.sql(
            """
            insert into job_dependency (parent_id, child_id, condition, on_discard)
            select * from unnest(:parents::uuid[], :children::uuid[], :conditions::text[],
                                 :onDiscard::text[])
            """)
        .params(columns.arrays())
        .update();
  }
}
