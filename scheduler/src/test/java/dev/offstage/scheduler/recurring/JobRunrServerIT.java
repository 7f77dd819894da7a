package dev.offstage.scheduler.recurring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jobrunr.server.BackgroundJobServerConfiguration.usingStandardBackgroundJobServerConfiguration;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.offstage.servers.Servers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.flywaydb.core.Flyway;
import org.jobrunr.server.BackgroundJobServer;
import org.junit.jupiter.api.Test;

class JobRunrServerIT {
  private final List<BackgroundJobServer> made = new CopyOnWriteArrayList<>();

  private static HikariDataSource database() {
    var config = new HikariConfig();
    config.setJdbcUrl(Servers.shared().postgresUrl());
    config.setMaximumPoolSize(8);
    config.setMinimumIdle(0);
    return new HikariDataSource(config);
  }

  @Test
  void oneThatStopsItselfIsReplacedUntilTheApplicationEnds() {
    try (var database = database()) {
      Flyway.configure().dataSource(database).load().migrate();
      var json = JobRunrStorage.json();
      var storage = JobRunrStorage.open(database, json);
      var server =
          new JobRunrServer(
              () -> {
                made.add(
                    new BackgroundJobServer(
                        storage, json, null, usingStandardBackgroundJobServerConfiguration()));
                return made.getLast();
              },
              Duration.ofMillis(100));
      server.start();
      try {
        awaitAnnounced(1);

        made.getFirst().stop(); // as it does when PostgreSQL is away

        awaitAnnounced(2);
        assertThat(made.getLast().getId()).isNotEqualTo(made.getFirst().getId());
      } finally {
        server.stop();
      }
      assertThat(server.isRunning()).isFalse();
      assertThat(made).noneMatch(BackgroundJobServer::isRunning).hasSize(2);
    }
  }

  private void awaitAnnounced(int servers) {
    Awaitility.await("server " + servers + " runs")
        .atMost(Duration.ofSeconds(30))
        .until(() -> made.size() == servers && made.getLast().isAnnounced());
  }
}
