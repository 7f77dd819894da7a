package dev.offstage.e2e.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offstage.servers.Servers;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a system costs that has nothing to do. */
class IdleIT {
  private static final Duration WINDOW = Duration.ofSeconds(20);

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path blobs;

  @Test
  void anIdleSystemRunsNextToNoQueries() throws Exception {
    var servers = Servers.shared().springProperties(true, true);
    var url = servers.get("spring.datasource.url");
    assertThat(url).isNotNull();
    try (var context = Applications.start(servers, blobs)) {
      assertThat(context.isRunning()).isTrue();
      Thread.sleep(Duration.ofSeconds(5)); // what is done once, at the start
      long before = transactions(url);
      Thread.sleep(WINDOW);
      double perSecond = (double) (transactions(url) - before) / WINDOW.toSeconds();

      System.out.printf("An idle worker and scheduler: %.1f transactions a second%n", perSecond);
      assertThat(perSecond).isBetween(1.0, 20.0);
    }
  }

  private static long transactions(String url) throws SQLException {
    try (var connection = DriverManager.getConnection(url);
        var statement = connection.createStatement();
        var row =
            statement.executeQuery(
                """
                select xact_commit + xact_rollback from pg_stat_database
                where datname = current_database()
                """)) {
      row.next();
      return row.getLong(1);
    }
  }
}
