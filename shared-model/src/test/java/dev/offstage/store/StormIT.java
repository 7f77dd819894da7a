package dev.offstage.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offstage.job.ConcurrencyKey;
import dev.offstage.job.Condition;
import dev.offstage.job.Enqueued;
import dev.offstage.job.JobId;
import dev.offstage.job.JobKind;
import dev.offstage.job.JobState;
import dev.offstage.job.NewJob;
import dev.offstage.job.OnDiscard;
import dev.offstage.job.Parent;
import dev.offstage.job.UniqueKey;
import dev.offstage.job.UniqueKey.Policy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/**
 * Random verbs from many threads on jobs that share keys, gates and parents. Whatever the order: no
 * move that the state machine does not know, no key or slot that two have, no count that is wrong,
 * nobody left waiting for nothing.
 */
class StormIT {
  private static final int THREADS = 8;
  private static final int VERBS = 250;
  private static final String KIND = "storm.work";
  private static final int CAPACITY = 2;

  private final TestDatabase db = new TestDatabase();
  private final List<JobId> jobs = new ArrayList<>();

  @Test
  void whateverTheOrderOfTheVerbsTheRulesHold() throws Exception {
    long seed = new Random().nextLong();
    watchMoves();
    try (var threads = Executors.newFixedThreadPool(THREADS)) {
      var storms = new ArrayList<Callable<Boolean>>();
      for (int n = 0; n < THREADS; n++) {
        var random = new Random(seed + n);
        storms.add(() -> storm(random));
      }
      for (var storm : threads.invokeAll(storms)) {
        assertThat(storm.get()).as("seed " + seed).isTrue();
      }
    }
    assertRules("in the storm, seed " + seed);
    drain(seed);
    assertRules("after the storm, seed " + seed);
    assertNothingIsLeft(seed);
  }

  /** Every move of every job, written down by PostgreSQL itself, and what no moment may see. */
  private void watchMoves() {
    db.jdbc
        .sql(
            """
            create table move (id uuid, was text, now text, claim_no int);
            create function watch() returns trigger language plpgsql as $$
            begin
              if old.state <> new.state or old.claim_no <> new.claim_no then
                insert into move values (new.id, old.state, new.state, new.claim_no);
              end if;
              return null;
            end $$;
            create trigger watch after update on job for each row execute function watch();
            create function watch_gate() returns trigger language plpgsql as $$
            begin
              if new.held > new.capacity then
                raise exception 'gate % holds % of %', new.id, new.held, new.capacity;
              end if;
              return null;
            end $$;
            create trigger watch_gate after update on gate for each row execute function watch_gate();
            """)
        .update();
  }

  private boolean storm(Random random) {
    var worker = db.worker();
    for (int verb = 0; verb < VERBS; verb++) {
      int dice = random.nextInt(100);
      if (dice == 99) {
        kill(worker);
        worker = db.worker();
      }
      var me = worker;
      patiently(
          () -> {
            if (dice < 30) {
              enqueue(random);
            } else if (dice < 60) {
              claim(me, some(random));
            } else if (dice < 85) {
              settleOneOf(me, random);
            } else if (dice < 91) {
              some(random).forEach(id -> db.verbs.cancel(List.of(id), "acme", null, "a whim"));
            } else if (dice < 95) {
              db.verbs.redrive(some(random), "acme", Duration.ZERO);
            } else if (dice < 98) {
              expire(some(random));
            } else if (dice < 99) {
              pauseOrResume(random);
            } else {
              db.rescue.fromEndedWorkers();
            }
          });
    }
    // What it still runs is handed back.
    db.workers.stop(worker);
    return true;
  }

  /** As a lease that has lapsed. */
  private void kill(WorkerId worker) {
    db.jdbc.sql("update worker set state = 'dead' where id = ?").param(worker.value()).update();
  }

  /** Deadlocks between cascades are PostgreSQL's to break and the caller's to try again. */
  private static void patiently(Runnable verb) {
    while (true) {
      try {
        verb.run();
        return;
      } catch (RuntimeException e) {
        if (!Transience.of(e)) {
          throw e;
        }
      }
    }
  }

  private void enqueue(Random random) {
    var job = NewJob.builder("acme", new JobKind(KIND), "{}");
    var key = "k" + random.nextInt(3);
    switch (random.nextInt(6)) {
      case 0 -> {
        var policy = Policy.values()[random.nextInt(3)];
        job.unique(new UniqueKey(key, policy, null));
      }
      case 1 -> job.orderingKey(key);
      case 2 -> job.concurrency(new ConcurrencyKey(key, CAPACITY));
      case 3 ->
          job.after(
              some(random).stream()
                  .map(
                      id ->
                          new Parent(
                              id,
                              Condition.values()[random.nextInt(3)],
                              random.nextBoolean() ? OnDiscard.CANCEL : OnDiscard.CONTINUE))
                  .toList());
      case 4 ->
          job.orderingKey(key)
              .concurrency(new ConcurrencyKey(key, CAPACITY))
              .unique(new UniqueKey(key, Policy.REPLACE, null));
      default -> job.expiresAt(Instant.now().plusMillis(random.nextInt(2_000)));
    }
    var offered = job.build();
    if (!offered.isLinked() || !offered.after().isEmpty() || random.nextBoolean()) {
      if (db.offer(offered) instanceof Enqueued.Accepted accepted) {
        remember(accepted.id());
      }
    } else {
      db.offerAll(List.of(offered, offered, offered)).stream()
          .filter(Enqueued.Accepted.class::isInstance)
          .forEach(answer -> remember(((Enqueued.Accepted) answer).id()));
    }
  }

  private void remember(JobId id) {
    synchronized (jobs) {
      jobs.add(id);
    }
  }

  private List<JobId> some(Random random) {
    synchronized (jobs) {
      return jobs.isEmpty()
          ? List.of()
          : random
              .ints(3, Math.max(0, jobs.size() - 40), jobs.size())
              .distinct()
              .mapToObj(jobs::get)
              .toList();
    }
  }

  private List<ClaimedJob> claim(WorkerId worker, List<JobId> ids) {
    var claims =
        db.jobs.findAll(ids).stream().map(job -> new Claim(job.id(), job.claimNo())).toList();
    return claims.isEmpty() ? List.of() : db.jobs.claim(worker, Map.of(KIND, 1), claims);
  }

  private void settleOneOf(WorkerId worker, Random random) {
    for (var claim : db.workers.runningOf(worker, Duration.ZERO)) {
      var state =
          switch (random.nextInt(6)) {
            case 0 -> JobState.DISCARDED;
            case 1 -> JobState.RETRYABLE;
            case 2 -> JobState.SCHEDULED;
            case 3 -> JobState.CANCELLED;
            default -> JobState.COMPLETED;
          };
      settle(worker, claim, state);
    }
  }

  private void settle(WorkerId worker, Claim claim, JobState state) {
    var due = state.isTerminal() ? null : Duration.ZERO;
    db.jobs.settle(
        worker, List.of(new Settlement(claim.id(), claim.claimNo(), state, true, due, null, null)));
  }

  private void expire(List<JobId> ids) {
    db.jdbc
        .sql("select * from expire(:ids::uuid[])")
        .param("ids", Columns.texts(ids, JobId::toString))
        .query(Touched::of)
        .list();
  }

  private void pauseOrResume(Random random) {
    if (random.nextBoolean()) {
      db.gates.pause(GateStore.Scope.KIND, KIND, "a whim");
    } else {
      db.gates.resume(GateStore.Scope.KIND, KIND);
    }
  }

  /** Lets all that is left run, as a worker would that gets every ticket there is. */
  private void drain(long seed) {
    patiently(() -> db.gates.resume(GateStore.Scope.KIND, KIND));
    // What the threads' workers left running is given back, as their rescue would.
    patiently(db.rescue::fromEndedWorkers);
    var worker = db.worker();
    for (int round = 0; live() > 0; round++) {
      assertThat(round).as("rounds to drain, seed " + seed + ": " + stuck()).isLessThan(200);
      expire(jobs);
      var due =
          db.jdbc
              .sql("select id from job where due_at <= now() and state <> 'running'")
              .query(JobRows::id)
              .list();
      for (var claimed : claim(worker, due)) {
        settle(worker, new Claim(claimed.id(), claimed.claimNo()), JobState.COMPLETED);
      }
    }
  }

  private int live() {
    return count("select count(*) from job where ended_at is null");
  }

  private String stuck() {
    return db.jdbc
        .sql(
            """
            select string_agg(j::text, E'\\n') from
              (select id, state, due_at, pending, holds, unique_key, ordering_key, concurrency_key,
                 (select array_agg(p) from parked p where p.job_id = job.id) as parked
               from job where ended_at is null limit 10) j
            """)
        .query((row, n) -> String.valueOf(row.getString(1)))
        .single();
  }

  private String lost() {
    return db.jdbc
        .sql(
            """
            select string_agg(j::text, E'\n') from
              (select id, state, due_at, run_at, pending, holds, unique_key, ordering_key, concurrency_key, claim_no, version,
                 (select array_agg(m.was || '>' || m.now) from move m where m.id = j.id) as moves,
                 (select array_agg(g) from gate g where g.id = 'order:acme/' || j.ordering_key) as og
               from job j where j.ended_at is null and j.due_at = 'infinity'
                  and not exists (select from parked p where p.job_id = j.id)
                  and not exists (select from unique_key u where u.next = j.id)
                  and not exists (select from job_dependency d where d.child_id = j.id and not d.done) limit 10) j
            """)
        .query((row, n) -> String.valueOf(row.getString(1)))
        .single();
  }

  private void assertRules(String when) {
    var moves =
        db.jdbc
            .sql("select distinct was, now from move where was <> now")
            .query(
                (row, n) ->
                    Map.entry(JobState.of(row.getString("was")), JobState.of(row.getString("now"))))
            .list();
    assertThat(moves).as(when).allMatch(move -> move.getKey().canBecome(move.getValue()));
    assertThat(
            count(
                "select count(*) from (select id, claim_no from move where now = 'running' group by"
                    + " 1, 2 having count(*) > 1) m"))
        .as("claims that two have, " + when)
        .isZero();
    assertThat(
            count(
                """
                select count(*) from gate g where g.held <>
                  (select count(*) from job j where j.ended_at is null and g.id = any(j.holds))
                """))
        .as("gates that miscount, " + when)
        .isZero();
    assertThat(
            count(
                """
                select count(*) from job j
                where j.ended_at is null and j.due_at = 'infinity'
                  and not exists (select from parked p where p.job_id = j.id)
                  and not exists (select from unique_key u where u.next = j.id)
                  and not exists (select from job_dependency d where d.child_id = j.id and not d.done)
                """))
        .as("jobs that wait for nothing, " + when + ": " + lost())
        .isZero();
    assertThat(
            count(
                """
                select count(*) from parked p join job j on j.id = p.job_id
                where j.due_at is distinct from 'infinity'
                """))
        .as("parked jobs that may run, " + when)
        .isZero();
    assertThat(
            count(
                """
                select count(*) from
                  (select j.unique_key from job j
                   where j.ended_at is null and j.unique_key is not null
                     and not exists (select from unique_key u where j.id in (u.holder, u.next))) x
                """))
        .as("live jobs without their unique key, " + when)
        .isZero();
    assertThat(
            count(
                """
                select count(*) from
                  (select coalesce(outcome, 'live') as state, count(*) as n from job group by 1) a
                full join
                  (select state, sum(n) as n from
                     (select state, n from job_count union all select state, n from job_count_delta) c
                   group by 1 having sum(n) <> 0) b
                on a.state = b.state where a.n is distinct from b.n
                """))
        .as("states that are miscounted, " + when)
        .isZero();
  }

  private void assertNothingIsLeft(long seed) {
    db.gates.forgetIdle(1_000);
    for (var table : List.of("parked", "gate", "unique_key")) {
      assertThat(count("select count(*) from " + table)).as(table + ", seed " + seed).isZero();
    }
  }

  private int count(String sql) {
    return db.jdbc.sql(sql).query(Integer.class).single();
  }
}
