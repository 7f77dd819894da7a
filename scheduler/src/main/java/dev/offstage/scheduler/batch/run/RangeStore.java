package dev.offstage.scheduler.batch.run;

import dev.offstage.scheduler.batch.BatchRange;
import dev.offstage.store.Db;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The guarded verbs over {@code batch_range}. */
final class RangeStore {
  private static final String RANGES =
      """
      select g.*, d.live, d.completed, d.failed
      from batch_range g cross join lateral (
        select count(*) filter (where live) as live,
          count(*) filter (where not live and status = 'COMPLETED') as completed,
          count(*) filter (where not live and status <> 'COMPLETED') as failed
        from (select distinct on (r.instance) r.ended_at is null as live, e.status
              from batch_run r
                join springbatch_job_execution e on e.job_execution_id = r.execution
              where r.range = g.id order by r.instance, r.execution desc) latest) d
      """;

  private final JdbcClient jdbc;

  RangeStore(Db db) {
    this.jdbc = db.jdbc();
  }

  long insert(
      String batch,
      LocalDate from,
      LocalDate to,
      int atOnce,
      Map<String, String> others,
      String startedBy) {
    return jdbc.sql(
            """
            insert into batch_range (batch, others, from_day, to_day, next_day, at_once, started_by)
            values (:batch, jsonb_object(:names::text[], :values::text[]), :from, :to, :from, :atOnce,
                    :startedBy)
            returning id
            """)
        .param("batch", batch)
        .param("names", others.keySet().toArray(String[]::new))
        .param("values", others.values().toArray(String[]::new))
        .param("from", from)
        .param("to", to)
        .param("atOnce", atOnce)
        .param("startedBy", startedBy)
        .query(Long.class)
        .single();
  }

  /** Those with days to begin, or to wait for. */
  List<Long> live() {
    return jdbc.sql("select id from batch_range where ended_at is null order by id")
        .query((row, n) -> row.getLong("id"))
        .list();
  }

  /** Locks one that is live; empty if it is not, or another node is about it. */
  Optional<BatchRange> lockLive(long id) {
    return jdbc.sql(
                "select true from batch_range where id = :id and ended_at is null"
                    + " for no key update skip locked")
            .param("id", id)
            .query(Boolean.class)
            .optional()
            .isPresent()
        ? find(id)
        : Optional.empty();
  }

  void advance(long id, LocalDate next) {
    jdbc.sql("update batch_range set next_day = :next where id = :id")
        .param("next", next)
        .param("id", id)
        .update();
  }

  void end(long id) {
    jdbc.sql("update batch_range set ended_at = now() where id = :id and ended_at is null")
        .param("id", id)
        .update();
  }

  /** Whether it was live. */
  boolean stop(long id) {
    return jdbc.sql(
                """
                update batch_range set stopped_at = coalesce(stopped_at, now())
                where id = :id and ended_at is null
                """)
            .param("id", id)
            .update()
        == 1;
  }

  Optional<BatchRange> find(long id) {
    return jdbc.sql(RANGES + " where g.id = :id").param("id", id).query(RunRows::range).optional();
  }

  List<BatchRange> list(@Nullable Long before, int limit) {
    return jdbc.sql(
            RANGES
                + " where :before::bigint is null or g.id < :before order by g.id desc limit"
                + " :limit")
        .param("before", before)
        .param("limit", limit)
        .query(RunRows::range)
        .list();
  }
}
