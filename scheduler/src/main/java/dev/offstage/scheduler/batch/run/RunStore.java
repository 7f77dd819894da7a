package dev.offstage.scheduler.batch.run;

import dev.offstage.store.Db;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The guarded verbs over {@code batch_run}. */
final class RunStore {
  private final JdbcClient jdbc;

  RunStore(Db db) {
    this.jdbc = db.jdbc();
  }

  /**
   * An execution that is to be.
   *
   * @param run the how many-th beginning for its parameters
   * @param recoveries nodes that died in a row, nothing having come of it
   */
  record Draft(
      String batch,
      Map<String, String> parameters,
      int run,
      String startedBy,
      @Nullable Long restartOf,
      int recoveries,
      @Nullable Long range) {}

  /** How the latest execution for some parameters stands. */
  record Latest(long execution, int run, String status, boolean live) {}

  /**
   * A live execution as a node sees it.
   *
   * @param node null if it waits for one
   * @param nodeAlive as far as its row says
   * @param stop somebody wants it stopped
   */
  record Live(long execution, String batch, @Nullable UUID node, boolean nodeAlive, boolean stop) {}

  /** Whoever else begins the batch with the same parameters waits for this transaction. */
  void lockSame(String batch, Map<String, String> parameters) {
    jdbc.sql(
            """
            select pg_advisory_xact_lock(hashtextextended(
              'offstage.batch:' || :batch || jsonb_object(:names::text[], :values::text[])::text, 0))
            """)
        .param("batch", batch)
        .params(arrays(parameters))
        .query((row, n) -> true)
        .single();
  }

  Optional<Latest> latest(String batch, Map<String, String> parameters) {
    return jdbc.sql(
            """
            select r.execution, r.run, e.status, r.ended_at is null as live
            from batch_run r join springbatch_job_execution e on e.job_execution_id = r.execution
            where r.batch = :batch
              and md5(r.parameters::text) = md5(jsonb_object(:names::text[], :values::text[])::text)
              and r.parameters = jsonb_object(:names::text[], :values::text[])
            order by r.run desc, r.execution desc limit 1
            """)
        .param("batch", batch)
        .params(arrays(parameters))
        .query(
            (row, n) ->
                new Latest(
                    row.getLong("execution"),
                    row.getInt("run"),
                    row.getString("status"),
                    row.getBoolean("live")))
        .optional();
  }

  /** Beside Spring Batch's row of the same execution, in the same transaction. */
  void insert(long execution, long instance, Draft draft) {
    jdbc.sql(
            """
            insert into batch_run
              (execution, instance, batch, parameters, run, started_by, restart_of, recoveries, range)
            values (:execution, :instance, :batch, jsonb_object(:names::text[], :values::text[]),
                    :run, :startedBy, :restartOf, :recoveries, :range)
            """)
        .param("execution", execution)
        .param("instance", instance)
        .param("batch", draft.batch())
        .params(arrays(draft.parameters()))
        .param("run", draft.run())
        .param("startedBy", draft.startedBy())
        .param("restartOf", draft.restartOf())
        .param("recoveries", draft.recoveries())
        .param("range", draft.range())
        .update();
  }

  private static Map<String, String[]> arrays(Map<String, String> parameters) {
    return Map.of(
        "names", parameters.keySet().toArray(String[]::new),
        "values", parameters.values().toArray(String[]::new));
  }

  /** The oldest executions that wait or run. */
  List<Live> live(int limit) {
    return jdbc.sql(
            """
            select r.execution, r.batch, r.node, n.state = 'alive' is true as node_alive, r.stop
            from batch_run r left join batch_node n on n.id = r.node
            where r.ended_at is null order by r.execution limit :limit
            """)
        .param("limit", limit)
        .query(
            (row, n) ->
                new Live(
                    row.getLong("execution"),
                    row.getString("batch"),
                    row.getObject("node", UUID.class),
                    row.getBoolean("node_alive"),
                    row.getBoolean("stop")))
        .list();
  }

  /** Takes one that waits; false if another node has. */
  boolean take(long execution, UUID node) {
    return jdbc.sql(
                """
                with me as (select id from batch_node where id = :node and state = 'alive'
                  for key share)
                update batch_run r set node = me.id, started_at = now()
                from me
                where r.execution = :execution and r.node is null and r.ended_at is null
                """)
            .param("node", node)
            .param("execution", execution)
            .update()
        == 1;
  }

  /** Whether it is the node's, and the node alive, until the transaction has ended. */
  boolean hold(long execution, UUID node) {
    return jdbc.sql(
            """
            select true from batch_node n join batch_run r on r.node = n.id
            where n.id = :node and n.state = 'alive' and r.execution = :execution
              and r.ended_at is null
            for key share of n
            """)
        .param("node", node)
        .param("execution", execution)
        .query(Boolean.class)
        .optional()
        .isPresent();
  }

  /** An execution that is not run, or not any more. */
  record Left(
      long execution,
      String batch,
      Map<String, String> parameters,
      int run,
      int recoveries,
      @Nullable Long range,
      boolean stop,
      boolean live) {

    Draft next(String startedBy, int recoveries) {
      return new Draft(batch, parameters, run, startedBy, execution, recoveries, range);
    }
  }

  /**
   * Locks an execution whose node is gone, or is {@code self}, which does not run it; empty if that
   * is not so, or somebody else is about it.
   */
  Optional<Left> lockLeft(long execution, UUID self) {
    return jdbc.sql(
            """
            select r.* from batch_run r join batch_node n on n.id = r.node
            where r.execution = :execution and r.ended_at is null
              and (n.state <> 'alive' or n.id = :self)
            for no key update of r skip locked
            """)
        .param("execution", execution)
        .param("self", self)
        .query(RunStore::left)
        .optional();
  }

  private static Left left(ResultSet row, int n) throws SQLException {
    return new Left(
        row.getLong("execution"),
        row.getString("batch"),
        RunRows.parameters(row.getString("parameters")),
        row.getInt("run"),
        row.getInt("recoveries"),
        row.getObject("range", Long.class),
        row.getBoolean("stop"),
        row.getObject("ended_at") == null);
  }

  void end(long execution) {
    jdbc.sql(
            "update batch_run set ended_at = now() where execution = :execution and ended_at is"
                + " null")
        .param("execution", execution)
        .update();
  }

  /** Asks for a live execution to be stopped; whether it was still waiting. */
  Optional<Boolean> askToStop(long execution) {
    return jdbc.sql(
            """
            update batch_run set stop = true where execution = :execution and ended_at is null
            returning node is null as waiting
            """)
        .param("execution", execution)
        .query(Boolean.class)
        .optional();
  }

  /** Locks an execution's row against every other verb. */
  Optional<Left> lock(long execution) {
    return jdbc.sql("select * from batch_run where execution = :execution for no key update")
        .param("execution", execution)
        .query(RunStore::left)
        .optional();
  }

  /** Those of the names that are no tenant's. */
  List<String> unknownTenants(Collection<String> names) {
    return jdbc.sql(
            """
            select t.id from unnest(:names::text[]) as t(id)
            where not exists (select from tenant where tenant.id = t.id)
            """)
        .param("names", names.toArray(String[]::new))
        .query((row, n) -> row.getString("id"))
        .list();
  }
}
