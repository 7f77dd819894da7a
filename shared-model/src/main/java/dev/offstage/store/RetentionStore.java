package dev.offstage.store;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Forgets jobs whose end lies long enough ago, a day's partition at a time. One that holds nothing
 * else is dropped. Of one that holds a few others as well (live jobs, or such as ended late) the
 * few are kept and the rest is truncated, under a lock on that partition alone. One that holds many
 * others loses the rest in batches.
 *
 * <p>No lock is waited for longer than {@value #LOCK_TIMEOUT}, since others would queue behind it.
 */
public class RetentionStore {
  private static final String LOCK_TIMEOUT = "200ms";
  private static final String LOCK_NOT_AVAILABLE = "55P03";

  /** So many can be written back within a moment. */
  private static final int FEW = 5_000;

  /** What is about jobs, in partitions of the same days, and goes with them. */
  private static final List<String> NOTES =
      List.of("job_step", "job_log", "webhook_delivery", "webhook_attempt", "call_wait");

  private final Db db;
  private final JdbcClient jdbc;
  private final int few;

  RetentionStore(Db db) {
    this(db, FEW);
  }

  private RetentionStore(Db db, int few) {
    this.db = db;
    this.jdbc = db.jdbc();
    this.few = few;
  }

  /** The same verbs over another connection. */
  public static RetentionStore over(Db db) {
    return new RetentionStore(db);
  }

  /**
   * @param few how many a partition may keep to be truncated
   */
  static RetentionStore over(Db db, int few) {
    return new RetentionStore(db, few);
  }

  /** What became of a partition. */
  public enum Fate {
    /** It is no more. */
    DROPPED,
    /** It holds only what must be kept. */
    TRIMMED,
    /** Some of what it need not keep is gone, and more is to go. */
    LESSENED,
    /** It held only what must be kept. */
    KEPT,
    /** Others used it; to be tried again. */
    IN_USE
  }

  /** The days, such as 20260131, of which every job was made before the time to keep. */
  public List<String> oldDays(Duration keep) {
    return jdbc.sql(
            """
            select substr(name, 5) as day from job_partition
            where to_at < now() - :keepMs * interval '1 ms' order by from_at
            """)
        .param("keepMs", keep.toMillis())
        .query((row, n) -> row.getString("day"))
        .list();
  }

  /**
   * Forgets what it may of a day. Not to be called within a transaction.
   *
   * @param day one of {@link #oldDays}
   * @param limit how many jobs at most, where they go in batches
   */
  public Fate forget(String day, Duration keep, int limit) {
    var partition = new Partition(day, keep);
    indexEnds(partition);
    if (!partition.expires()) {
      return partition.isEmpty() ? drop(partition) : Fate.KEPT;
    } else if (partition.keepsMoreThan(few)) {
      return partition.deleteSome(limit) < limit ? Fate.TRIMMED : Fate.LESSENED;
    }
    return partition.keepsMoreThan(0) ? trim(partition) : drop(partition);
  }

  private Fate locking(Supplier<Fate> verb) {
    try {
      return Objects.requireNonNull(db.transactions().execute(status -> verb.get()));
    } catch (DataAccessException e) {
      if (e.getRootCause() instanceof SQLException cause
          && LOCK_NOT_AVAILABLE.equals(cause.getSQLState())) {
        return Fate.IN_USE;
      }
      throw e;
    }
  }

  /**
   * Makes ends quick to find, which no query of a running system needs. Writers are not kept
   * waiting; an index whose making was interrupted is made again.
   */
  private void indexEnds(Partition partition) {
    var index = "job_" + partition.day + "_ended";
    var valid =
        jdbc.sql("select indisvalid from pg_index where indexrelid = to_regclass(:index)")
            .param("index", index)
            .query(Boolean.class)
            .optional();
    if (valid.isPresent() && !valid.get()) {
      jdbc.sql("drop index concurrently " + index).update();
    }
    if (!valid.orElse(false)) {
      jdbc.sql(
              "create index concurrently %s on %s (ended_at) where ended_at is not null"
                  .formatted(index, partition.jobs()))
          .update();
    }
  }

  private Fate drop(Partition partition) {
    return locking(
        () -> {
          limitLocks();
          jdbc.sql(
                  "lock table only job, only %s in access exclusive mode"
                      .formatted(String.join(", only ", NOTES)))
              .update();
          if (partition.keepsMoreThan(0)) {
            return Fate.IN_USE; // somebody redrove one
          }
          jdbc.sql("drop table " + partition.all()).update();
          jdbc.sql("delete from job_partition where name = :name")
              .param("name", partition.jobs())
              .update();
          return Fate.DROPPED;
        });
  }

  /** What is kept is carried round the truncation, in one transaction. */
  private Fate trim(Partition partition) {
    return locking(
        () -> {
          limitLocks();
          jdbc.sql("lock table " + partition.all() + " in access exclusive mode").update();
          partition.copyKept();
          jdbc.sql("truncate " + partition.all()).update();
          partition.putBack();
          return Fate.TRIMMED;
        });
  }

  private void limitLocks() {
    jdbc.sql("set local lock_timeout = '" + LOCK_TIMEOUT + "'").update();
    // Whatever the planner knows of an old partition: nothing is read through under these locks.
    jdbc.sql("set local enable_seqscan = off").update();
  }

  /** The tables of a day; its name is the database's own and needs no quoting. */
  private final class Partition {
    private final String day;
    private final Duration keep;

    Partition(String day, Duration keep) {
      if (!day.matches("\\d{8}")) {
        throw new IllegalArgumentException("day: " + day + " (expected: yyyymmdd)");
      }
      this.day = day;
      this.keep = keep;
    }

    String jobs() {
      return "job_" + day;
    }

    String all() {
      return NOTES.stream()
          .map(table -> ", " + table + "_" + day)
          .collect(Collectors.joining("", jobs(), ""));
    }

    private JdbcClient.StatementSpec bound(String sql) {
      return jdbc.sql(sql.formatted(day)).param("keepMs", keep.toMillis());
    }

    boolean isEmpty() {
      return jdbc.sql("select not exists (select from " + jobs() + ")")
          .query(Boolean.class)
          .single();
    }

    boolean expires() {
      return bound(
              """
              select exists (select from job_%s where ended_at < now() - :keepMs * interval '1 ms')
              """)
          .query(Boolean.class)
          .single();
    }

    /**
     * Counts no further than it must: live jobs by the index of what is due, others by their end.
     */
    boolean keepsMoreThan(int count) {
      return bound(
              """
              select (select count(*) from (select from job_%1$s where due_at is not null
                        limit :most) live)
                + (select count(*) from (select from job_%1$s
                        where ended_at >= now() - :keepMs * interval '1 ms' limit :most) ended)
                > :count
              """)
          .param("most", count + 1)
          .param("count", count)
          .query(Boolean.class)
          .single();
    }

    int deleteSome(int limit) {
      int jobs =
          bound(
                  """
                  delete from job_%1$s where id = any(array(select id from job_%1$s
                    where ended_at < now() - :keepMs * interval '1 ms' limit :limit))
                    and ended_at < now() - :keepMs * interval '1 ms'
                  """)
              .param("limit", limit)
              .update();
      if (jobs < limit) {
        forgetNotes();
      }
      return jobs;
    }

    private void forgetNotes() {
      for (var table : NOTES) {
        jdbc.sql(
                """
                delete from %2$s_%1$s n
                where not exists (select from job_%1$s j where j.id = n.job_id)
                """
                    .formatted(day, table))
            .update();
      }
    }

    void copyKept() {
      bound(
              """
              create temp table kept_job on commit drop as
              select * from job_%1$s where due_at is not null
              union all
              select * from job_%1$s
              where due_at is null and ended_at >= now() - %2$d * interval '1 ms'
              """
                  .replace("%2$d", Long.toString(keep.toMillis())))
          .update();
      for (var table : NOTES) {
        jdbc.sql(
                """
                create temp table kept_%2$s on commit drop as
                select * from %2$s_%1$s where job_id in (select id from kept_job)
                """
                    .formatted(day, table))
            .update();
      }
    }

    void putBack() {
      jdbc.sql("insert into job_%s select * from kept_job".formatted(day)).update();
      for (var table : NOTES) {
        jdbc.sql("insert into %2$s_%1$s select * from kept_%2$s".formatted(day, table)).update();
      }
    }
  }
}
