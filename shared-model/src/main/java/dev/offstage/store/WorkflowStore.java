package dev.offstage.store;

import dev.offstage.job.IdempotencyKey;
import dev.offstage.job.JobId;
import dev.offstage.job.JobState;
import dev.offstage.job.OnDiscard;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Workflows; their members are jobs like any other. */
@Repository
public class WorkflowStore {
  private final JdbcClient jdbc;

  WorkflowStore(Db db) {
    this.jdbc = db.jdbc();
  }

  /** The same verbs over another connection pool. */
  public static WorkflowStore over(Db db) {
    return new WorkflowStore(db);
  }

  /** Inserts a workflow without members. Repeating it is harmless. */
  public void insert(
      UUID id, String tenant, @Nullable String owner, String name, OnDiscard onDiscard) {
    jdbc.sql(
            """
            insert into workflow (id, tenant, owner, name, on_discard)
            values (:id, :tenant, :owner, :name, :onDiscard)
            on conflict (id) do nothing
            """)
        .param("id", id)
        .param("tenant", tenant)
        .param("owner", owner)
        .param("name", name)
        .param("onDiscard", onDiscard.text())
        .update();
  }

  /**
   * Remembers that a key starts a workflow, once whoever else is about to use it has committed or
   * not. To be called in the transaction that inserts the workflow.
   *
   * @return the first job of what the key starts: {@code first}, or that of an earlier request for
   *     the same; empty if the key was used for something else
   */
  public Optional<JobId> remember(String tenant, IdempotencyKey key, JobId first) {
    // The update changes nothing: it answers the row that is there, committed a moment ago or not.
    return jdbc.sql(
            """
            with known as (
              insert into idempotency_key as k (tenant, key, fingerprint, job_id, job_state)
              values (:tenant, :key, :fingerprint, :first, :state)
              on conflict (tenant, key) do update set job_state = k.job_state
              returning k.job_id as id, k.fingerprint)
            select id from known where fingerprint = :fingerprint
            """)
        .param("tenant", tenant)
        .param("key", key.key())
        .param("fingerprint", key.fingerprint())
        .param("first", first.value())
        .param("state", JobState.AVAILABLE.text())
        .query(JobRows::id)
        .optional();
  }

  /**
   * What was started at once.
   *
   * @param jobs the members that are still kept, by ref
   */
  public record Start(UUID workflow, Map<String, JobId> jobs) {}

  /** What was started with a job; empty if that is no longer kept, or no workflow's. */
  public Optional<Start> startedWith(JobId first) {
    var jobs = new HashMap<String, JobId>();
    var workflow = new AtomicReference<@Nullable UUID>();
    jdbc.sql(
            """
            select j.workflow, j.workflow_ref, j.id
            from job f join job j on j.workflow = f.workflow and j.created_at = f.created_at
            where f.id = :first
            """)
        .param("first", first.value())
        .query(
            row -> {
              workflow.set(row.getObject("workflow", UUID.class));
              jobs.put(row.getString("workflow_ref"), new JobId(row.getObject("id", UUID.class)));
            });
    return Optional.ofNullable(workflow.get()).map(id -> new Start(id, jobs));
  }

  /** A workflow of a tenant and, where {@code owner} is not null, of that owner. */
  public Optional<Workflow> find(UUID id, String tenant, @Nullable String owner) {
    return jdbc.sql(
            """
            select * from workflow
            where id = :id and tenant = :tenant and (:owner::text is null or owner = :owner)
            """)
        .param("id", id)
        .param("tenant", tenant)
        .param("owner", owner)
        .query(WorkflowStore::workflow)
        .optional();
  }

  private static Workflow workflow(ResultSet row, int n) throws SQLException {
    var ended = row.getObject("ended_at", OffsetDateTime.class);
    return new Workflow(
        row.getObject("id", UUID.class),
        row.getString("tenant"),
        row.getString("owner"),
        row.getString("name"),
        OnDiscard.valueOf(row.getString("on_discard").toUpperCase(Locale.ROOT)),
        row.getInt("live"),
        row.getInt("completed"),
        row.getInt("cancelled"),
        row.getInt("discarded"),
        row.getObject("created_at", OffsetDateTime.class).toInstant(),
        ended == null ? null : ended.toInstant());
  }

  /**
   * Some of a workflow's jobs that have not ended: its members, and what waits for the whole of it.
   * Those that wait come first, so that a cancel frees nobody on its way.
   */
  public List<JobId> unended(UUID id, int limit) {
    return jdbc.sql(
            """
            select id from (
              select j.id, 0 as rank from job_dependency d join job j on j.id = d.child_id
              where d.parent_id = :id and j.ended_at is null and j.cancel_reason is null
              union
              select j.id, case when j.state = 'waiting' then 1 else 2 end from job j
              where j.workflow = :id and j.ended_at is null and j.cancel_reason is null) u
            order by rank, id limit :limit
            """)
        .param("id", id)
        .param("limit", limit)
        .query(JobRows::id)
        .list();
  }
}
