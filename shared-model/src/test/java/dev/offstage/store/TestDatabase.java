package dev.offstage.store;

import dev.offstage.job.JobId;
import dev.offstage.job.JobKind;
import dev.offstage.job.NewJob;
import dev.offstage.servers.Servers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A migrated database of its own, and the stores over it. */
final class TestDatabase {
  static final String KIND = "test.work";

  final DataSource dataSource;
  final JdbcClient jdbc;
  final Db db;
  final JobStore jobs;
  final EnqueueStore enqueues;
  final DispatchStore dispatch;
  final WorkerStore workers;
  final JobIds ids;

  TestDatabase() {
    var postgres = new PGSimpleDataSource();
    postgres.setUrl(Servers.shared().postgresUrl());
    dataSource = postgres;
    Flyway.configure().dataSource(postgres).load().migrate();
    jdbc = JdbcClient.create(postgres);
    db = Db.over(postgres);
    jobs = JobStore.over(db);
    enqueues = EnqueueStore.over(db);
    dispatch = DispatchStore.over(db);
    workers = WorkerStore.over(db);
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

  List<ClaimedJob> claim(WorkerId worker, JobId id, int claimNo) {
    return jobs.claim(worker, Map.of(KIND, 1), List.of(new Claim(id, claimNo)));
  }

  dev.offstage.job.Job find(JobId id) {
    return jobs.find(id, "acme", null).orElseThrow();
  }
}
