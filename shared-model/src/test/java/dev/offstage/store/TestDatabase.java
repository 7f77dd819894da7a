package dev.offstage.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.offstage.job.Enqueued;
import dev.offstage.job.JobFailure;
import dev.offstage.job.JobId;
import dev.offstage.job.JobKind;
import dev.offstage.job.JobState;
import dev.offstage.job.NewJob;
import dev.offstage.servers.Servers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A migrated database of its own, and the stores over it. */
final class TestDatabase {
  static final String KIND = "test.work";

  final DataSource dataSource;
  final JdbcClient jdbc;
  final Db db;
  final JobStore jobs;
  final EnqueueStore enqueues;
  final LinkedEnqueueStore linked;
  final JobVerbs verbs;
  final GateStore gates;
  final DispatchStore dispatch;
  final WorkerStore workers;
  final RescueStore rescue;
  final JobIds ids;

  TestDatabase() {
    var config = new HikariConfig();
    config.setJdbcUrl(Servers.shared().postgresUrl());
    config.setMaximumPoolSize(20);
    config.setMinimumIdle(0); // a test class may make many databases
    config.setIdleTimeout(10_000);
    dataSource = new HikariDataSource(config);
    Flyway.configure().dataSource(dataSource).load().migrate();
    jdbc = JdbcClient.create(dataSource);
    db = Db.over(dataSource);
    jobs = JobStore.over(db);
    enqueues = EnqueueStore.over(db);
    linked = LinkedEnqueueStore.over(db);
    verbs = JobVerbs.over(db);
    gates = GateStore.over(db);
    dispatch = DispatchStore.over(db);
    workers = WorkerStore.over(db);
    rescue = RescueStore.over(db);
    ids = new JobIds(jdbc, InstantSource.system());
  }

  /** Enters a worker whose lease is {@code lease} long. */
  WorkerId worker(Duration lease) {
    var id = WorkerId.random();
    workers.register(id, "test", 1, Map.of(KIND, 1), List.of(), lease);
    return id;
  }

  WorkerId worker() {
    return worker(Duration.ofMinutes(1));
  }

  /** Enqueues a job that is due at once. */
  JobId job() {
    return jobs(1).getFirst();
  }

  List<JobId> jobs(int count) {
    var rows =
        IntStream.range(0, count)
            .mapToObj(
                n ->
                    JobRow.of(
                        ids.next(),
                        NewJob.of("acme", null, new JobKind(KIND), "{\"n\":" + n + "}"),
                        "default",
                        null))
            .toList();
    enqueues.insert(rows);
    return rows.stream().map(JobRow::id).toList();
  }

  /** A job to be changed and enqueued. */
  NewJob.Builder newJob() {
    return NewJob.builder("acme", new JobKind(KIND), "{}");
  }

  /** Enqueues as the client does: in the lane that the job belongs to. */
  Enqueued offer(NewJob job) {
    return offerAll(List.of(job)).getFirst();
  }

  List<Enqueued> offerAll(List<NewJob> jobs) {
    var rows = jobs.stream().map(job -> JobRow.of(ids.next(), job, "default", null)).toList();
    return jobs.getFirst().isLinked() ? linked.enqueue(rows).enqueued() : enqueues.insert(rows);
  }

  /** Enqueues a job that must be accepted. */
  JobId enqueue(NewJob job) {
    return ((Enqueued.Accepted) offer(job)).id();
  }

  /** Claims a job as its latest ticket would; whether that won. */
  boolean start(WorkerId worker, JobId id) {
    return !claim(worker, id, find(id).claimNo()).isEmpty();
  }

  /** Ends a running attempt. */
  Settled end(WorkerId worker, JobId id, JobState state) {
    var failure =
        state == JobState.COMPLETED ? null : new JobFailure("test", "ended as the test wanted");
    var dueIn = state.isTerminal() ? null : Duration.ZERO;
    var settled =
        jobs.settle(
            worker,
            List.of(new Settlement(id, find(id).claimNo(), state, true, dueIn, null, failure)));
    if (!settled.standing().contains(id)) {
      throw new IllegalStateException("the settlement of " + id + " does not stand");
    }
    return settled;
  }

  Settled run(WorkerId worker, JobId id) {
    if (!start(worker, id)) {
      throw new IllegalStateException("job " + id + " could not be claimed: " + find(id));
    }
    return end(worker, id, JobState.COMPLETED);
  }

  List<ClaimedJob> claim(WorkerId worker, JobId id, int claimNo) {
    return jobs.claim(worker, Map.of(KIND, 1), List.of(new Claim(id, claimNo)));
  }

  dev.offstage.job.Job find(JobId id) {
    return jobs.find(id, "acme", null).orElseThrow();
  }

  /** Inserts many jobs of a tenant, in the database; {@code dueAt} is SQL, of their number n. */
  void fill(String tenant, int count, String dueAt) {
    jdbc.sql(
            """
            insert into job (id, tenant, kind, pool, priority, state, due_at, max_attempts, payload,
                             timeout)
            select (substr(uuid7_floor(now())::text, 1, 14)
                      || substr(gen_random_uuid()::text, 15))::uuid,
                   :tenant, 'test.work', 'default', 1, 'available', %s, 5, '{}', '1 min'
            from generate_series(1, :count) n
            """
                .formatted(dueAt))
        .param("tenant", tenant)
        .param("count", count)
        .update();
  }

  /** How many statements wait for a lock. */
  int lockWaiters() {
    return jdbc.sql(
            "select count(*) from pg_stat_activity where datname = current_database()"
                + " and wait_event_type = 'Lock'")
        .query(Integer.class)
        .single();
  }
}
