package dev.offstage.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offstage.job.JobId;
import dev.offstage.job.JobState;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * However many jobs wait for something, whoever ends one of them reads only those that it calls;
 * also where all that is known of the jobs is from a quiet time.
 */
class WaitersIT {
  private static final int OTHERS = 20_000;

  /** Rows of the job and of the one that it calls, some of them in each of a dozen partitions. */
  private static final long FEW = 200;

  private final TestDatabase database = new TestDatabase();
  private final WorkerId worker = database.worker();

  @Test
  void aSettlementReadsOnlyWhomItCalls() throws SQLException {
    database.fill("acme", 5_000, "now()");
    update(
        "update job set state = 'completed', outcome = 'completed', due_at = null, ended_at ="
            + " now()");
    update("vacuum analyze job");
    database.fill("acme", OTHERS, "'infinity'");
    update(
        "insert into parked (gate, job_id)"
            + " select 'key:acme/one', id from job where due_at = 'infinity'");
    database.fill("acme", 2, "now()");
    update("update job set concurrency_key = 'one', concurrency_limit = 1 where ended_at is null");
    var connection = new SingleConnectionDataSource(database.dataSource.getConnection(), true);
    try {
      JdbcClient.create(connection).sql(JobStore.PLAN_ONCE).update();

      runSome(JobStore.over(Db.over(connection)), new RowsRead(connection));
    } finally {
      connection.destroy();
    }
  }

  /** Runs some jobs of a key, of which one may run at once, one after the other. */
  private void runSome(JobStore jobs, RowsRead rows) {
    var claims = due();
    for (int n = 0; n < 3; n++) {
      var won = jobs.claim(worker, Map.of(TestDatabase.KIND, 1), claims);
      assertThat(won).hasSize(1);
      var called = new ArrayList<Claim>();
      assertThat(rows.read(() -> called.addAll(settle(jobs, won.getFirst())))).isBetween(1L, FEW);
      assertThat(called).hasSize(1);
      claims = called;
    }
  }

  private List<Claim> settle(JobStore jobs, ClaimedJob job) {
    var settlement =
        new Settlement(job.id(), job.claimNo(), JobState.COMPLETED, true, null, null, null);
    return jobs.settle(worker, List.of(settlement)).touched().stream()
        .filter(Touched::due)
        .map(next -> new Claim(next.id(), 0))
        .toList();
  }

  private List<Claim> due() {
    return database
        .jdbc
        .sql("select id from job where due_at < 'infinity'")
        .query((row, n) -> new Claim(new JobId(row.getObject("id", UUID.class)), 0))
        .list();
  }

  private void update(String sql) {
    database.jdbc.sql(sql).update();
  }
}
