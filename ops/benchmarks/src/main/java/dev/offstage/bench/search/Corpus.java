package dev.offstage.bench.search;

import dev.offstage.bench.contender.Database;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;

/**
 * Makes jobs in the database itself: two weeks of them, of 200 tenants, the largest of which has a
 * third; of twenty kinds, few of them frequent; 92 % completed, 4 % discarded with an error, 2 %
 * cancelled, 2 % live; half of them with one of 100,000 owners, a third with tags, one in 200 in a
 * workflow.
 */
public final class Corpus {
  private static final int DAYS = 13;
  private static final int CHUNK = 100_000;
  private static final int WRITERS = 2;
  private static final Map<String, String> WHILE_LOADING =
      Map.of("max_wal_size", "16GB", "checkpoint_timeout", "1h");

  private static final String PARTITIONS =
      """
      do $$
      declare
        today   date := (now() at time zone 'UTC')::date;
        options text;
      begin
        select coalesce('with (' || array_to_string(reloptions, ', ') || ')', '') into options
        from pg_class where relname = 'job_' || to_char(today, 'YYYYMMDD');
        for n in 0 .. %d loop
          perform make_job_partition('job', today - n, options);
          insert into job_partition (name, from_at, to_at)
          values ('job_' || to_char(today - n, 'YYYYMMDD'), (today - n)::timestamp at time zone 'UTC',
                  (today - n + 1)::timestamp at time zone 'UTC')
          on conflict (name) do nothing;
        end loop;
      end $$
      """;

  /** From the first number to the last, of so many in all. */
  private static final String JOBS =
      """
      insert into job (
          id, tenant, owner, kind, pool, priority, state, outcome, due_at, run_at, attempt,
          claim_no, max_attempts, payload, timeout, progress, tags, workflow, error_reason,
          error_message, created_at, started_at, ended_at)
      select (substr(uuid7_floor(at)::text, 1, 14) || '7' || substr(gen_random_uuid()::text, 16))::uuid,
             'tenant-' || case when a < 0.33 then 0 else 1 + floor(199 * b * b)::int end,
             case when c < 0.5 then 'user-' || floor(200000 * c)::int end,
             kind, case when kind like 'media.%%' then 'media' else 'default' end, 1,
             state, outcome, case when outcome is null then now() + d * interval '9 days' end,
             at, 1, 1, 8, '{"order": 12345, "pad": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}',
             '15 minutes', case when outcome = 'completed' then 1 else 0 end,
             case when e < 0.33 then array['import-' || floor(15000 * e)::int,
               (array['nightly', 'ios', 'android', 'vip'])[1 + floor(4 * f)::int]] end,
             case when g < 0.005 then md5('workflow' || floor(2000000 * g)::int)::uuid end,
             case when state in ('discarded', 'retryable') then
               case when f < 0.01 then 'rare-reason'
                    else (array['timeout', 'http-503', 'image-truncated', 'refused'])
                      [1 + floor(4 * b)::int] end end,
             case when state in ('discarded', 'retryable') then 'connection to partner-'
               || floor(50 * f)::int || ' timed out after ' || floor(30000 * b)::int
               || ' ms, code e' || floor(100000 * d)::int end,
             at, at + interval '1 second', case when outcome is not null then at + interval '2 seconds' end
      from (
        select *, case when h < 0.92 then 'completed' when h < 0.96 then 'discarded'
                       when h < 0.98 then 'cancelled' when h < 0.99 then 'scheduled'
                       when h < 0.995 then 'available' else 'retryable' end as state,
               case when h < 0.92 then 'completed' when h < 0.96 then 'discarded'
                    when h < 0.98 then 'cancelled' end as outcome,
               (array['mail.welcome', 'mail.receipt', 'mail.digest', 'push.send', 'push.badge',
                 'media.image', 'media.video', 'sync.contacts', 'sync.calendar', 'report.daily',
                 'report.export', 'invoice.create', 'invoice.send', 'search.index', 'geo.lookup',
                 'user.cleanup', 'user.merge', 'feed.build', 'feed.rank', 'webhook.call'])
                 [1 + floor(20 * i * i)::int] as kind
        from (
          select date_trunc('day', now(), 'UTC') - interval '%1$d days'
                   + n * (interval '%1$d days' / %4$d) as at,
                 random() as a, random() as b, random() as c, random() as d, random() as e,
                 random() as f, random() as g, random() as h, random() as i
          from generate_series(%2$d, %3$d) n) r) j
      """;

  private static final String COUNTS =
      """
      insert into job_count (tenant, kind, pool, state, n)
      select tenant, kind, pool, coalesce(outcome, 'live'), count(*) from job group by 1, 2, 3, 4
      on conflict (tenant, kind, pool, state) do update set n = excluded.n
      """;

  private final Database database;

  public Corpus(Database database) {
    this.database = database;
  }

  /** Fills the table; its indexes are built afterwards, which takes a third of the time. */
  public void load(int jobs) throws Exception {
    database.execute(PARTITIONS.formatted(DAYS));
    change("alter system set %s = '%s'");
    var indexes = Indexes.of(database, "indexname <> 'job_pk'");
    indexes.drop();
    insert(jobs);
    database.execute("set maintenance_work_mem = '512MB'");
    indexes.create();
    database.execute(COUNTS);
    change("alter system reset %s");
    database.execute("vacuum (analyze) job");
    database.execute("checkpoint");
  }

  private void change(String statement) throws SQLException {
    for (var setting : WHILE_LOADING.entrySet()) {
      database.execute(statement.formatted(setting.getKey(), setting.getValue()));
    }
    database.execute("select pg_reload_conf()");
  }

  private void insert(int jobs) throws Exception {
    var chunks = new ArrayList<Callable<Void>>();
    for (int from = 0; from < jobs; from += CHUNK) {
      var sql = JOBS.formatted(DAYS, from, Math.min(jobs, from + CHUNK) - 1, jobs);
      chunks.add(() -> insert(sql));
    }
    try (var writers = Executors.newFixedThreadPool(WRITERS)) {
      for (var chunk : writers.invokeAll(chunks)) {
        chunk.get();
      }
    } catch (ExecutionException e) {
      throw new SQLException("the jobs could not be made", e);
    }
  }

  private Void insert(String sql) throws SQLException {
    try (var own = database.another()) {
      own.execute("set synchronous_commit = off");
      own.execute(sql);
    }
    return null;
  }
}
