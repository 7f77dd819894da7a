package dev.offstage.servers;

import java.sql.DriverManager;
import java.sql.SQLException;

/** Makes and drops databases of a PostgreSQL. Their names are ours and need no quoting. */
final class Databases {
  private Databases() {}

  static void ensure(String url, String database) {
    try (var connection = DriverManager.getConnection(url);
        var exists = connection.prepareStatement("select from pg_database where datname = ?");
        var create = connection.createStatement()) {
      exists.setString(1, database);
      try (var rows = exists.executeQuery()) {
        if (!rows.next()) {
          create.execute("create database " + database);
        }
      }
    } catch (SQLException e) {
      throw new ServerFailedException(
          "cannot make database " + database + ": " + e.getMessage(), e);
    }
  }

  static void drop(String url, String database) {
    try (var connection = DriverManager.getConnection(url);
        var drop = connection.createStatement()) {
      drop.execute("drop database if exists " + database + " with (force)");
    } catch (SQLException e) {
      throw new ServerFailedException(
          "cannot drop database " + database + ": " + e.getMessage(), e);
    }
  }
}
