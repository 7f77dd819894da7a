package dev.offstage.bench.agent;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;

/** Connections of a process, as many as Offstage's applications have. */
final class Databases {
  private static final int CONNECTIONS = 16;

  private Databases() {}

  static HikariDataSource connect(String url) {
    var config = new HikariConfig();
    config.setJdbcUrl(url);
    config.setMaximumPoolSize(CONNECTIONS);
    return new HikariDataSource(config);
  }
}
