package dev.offstage.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offstage.servers.RabbitCluster;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Three brokers, quorum queues, and the leader of the busiest queue killed under load. */
class RabbitClusterIT {
  @RegisterExtension static final Cluster cluster = Cluster.faulty();

  @Test
  void theLeaderOfAQueueIsKilledUnderLoadAndNothingIsLost() throws Exception {
    cluster.ingest.stop();
    cluster.scheduler.stop();
    cluster.workers.forEach(App::stop);
    cluster.rabbit.stop();
    try (var brokers = new RabbitCluster(cluster.directory().resolve("three-rabbits"))) {
      var there = Map.of("spring.rabbitmq.addresses", brokers.uris());
      var ingest = cluster.another("ingest-of-three", "api-ingest", there, Map.of());
      var apps =
          List.of(
              ingest,
              cluster.another("worker-of-three", "workers", there, Map.of()),
              cluster.another("scheduler-of-three", "scheduler", there, Map.of()));
      cluster.launch(apps.toArray(App[]::new));
      killLeader(brokers, new Api(ingest.base(), cluster.token("three")));
      apps.forEach(App::stop);
    }
  }

  private static void killLeader(RabbitCluster brokers, Api api) throws Exception {
    var ledger = new JobLedger(cluster, "three");
    var queue = "offstage.pool.default";
    try (var load = new JobLoad(api, ledger, 4, 200)) {
      load.awaitMore(200);
      var leader = brokers.leaderOf(queue);
      leader.kill();
      load.awaitMore(200);
      assertThat(brokers.leaderOf(queue)).isNotEqualTo(leader);
      // What is accepted now is run without the third node.
      ledger.awaitEnded(ledger.ids());
      leader.start();
      load.awaitMore(100);
    }
    ledger.check();
  }
}
