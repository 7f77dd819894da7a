package dev.offstage.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offstage.e2e.Api.Accepted;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.awaitility.Awaitility;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * An account, kept outside of Offstage, of what one owner was told is accepted; compared at the end
 * with what became of it: each once, nothing lost, nothing doubled.
 */
final class Ledger {
  private final JdbcClient db;
  private final String owner;
  private final Queue<Accepted> accepted = new ConcurrentLinkedQueue<>();

  Ledger(Cluster cluster, String owner) {
    this.db = cluster.db();
    this.owner = owner;
  }

  void enter(Accepted entry) {
    accepted.add(entry);
  }

  List<UUID> assets() {
    return ids("select id from asset where owner = ?");
  }

  private List<UUID> ids(String sql) {
    return db.sql(sql).param(owner).query((row, n) -> UUID.fromString(row.getString(1))).list();
  }

  /** Waits until every job has ended and then compares. */
  void assertEachCompletedOnce() {
    Awaitility.await("every job of " + owner + " ends")
        .atMost(Duration.ofSeconds(120))
        .pollInterval(Duration.ofMillis(250))
        .ignoreExceptions()
        .until(() -> ids("select id from job where owner = ? and ended_at is null").isEmpty());
    var jobs = accepted.stream().map(Accepted::job).toList();
    var assets = accepted.stream().map(Accepted::asset).toList();
    assertThat(jobs).isNotEmpty().doesNotHaveDuplicates();
    assertThat(ids("select id from job where owner = ? and state = 'completed'"))
        .containsExactlyInAnyOrderElementsOf(jobs);
    assertThat(ids("select id from job where owner = ? and state <> 'completed'")).isEmpty();
    assertThat(ids("select id from asset where owner = ? and ready_at is not null"))
        .containsExactlyInAnyOrderElementsOf(assets);
    assertThat(ids("select id from asset where owner = ? and ready_at is null")).isEmpty();
    assertThat(
            ids(
                """
                select u.id from upload u left join asset a on a.id = u.asset_id
                where u.owner = ? and u.state = 'complete' and u.concat is null and a.id is null\
                """))
        .as("complete uploads without an asset")
        .isEmpty();
    assertThat(
            ids(
                """
                select a.id from asset a where a.owner = ? and not exists
                  (select from variant v where v.asset_id = a.id)\
                """))
        .as("assets without variants")
        .isEmpty();
  }
}
