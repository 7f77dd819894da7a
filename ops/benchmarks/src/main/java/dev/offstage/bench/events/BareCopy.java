package dev.offstage.bench.events;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.postgresql.PGConnection;

/**
 * The least that PostgreSQL has to do to have these rows: COPY of the very rows, already in its
 * binary format, into a table of the same columns, partitions and indexes.
 */
public final class BareCopy {
  private final String url;
  private final int connections;

  public BareCopy(String url, int connections) {
    this.url = url;
    this.connections = connections;
  }

  /** Copies what is in {@code event}; answers rows a second. */
  public double measure() throws SQLException, IOException, InterruptedException {
    var parts = new ArrayList<byte[]>();
    long rows;
    try (var connection = DriverManager.getConnection(url)) {
      prepare(connection);
      for (int i = 0; i < connections; i++) {
        parts.add(
            out(
                connection,
                "copy (select * from event where (hashtext(session_id) & 2147483647) %% %d = %d)"
                    .formatted(connections, i)));
      }
      rows = count(connection);
    }
    long from = System.nanoTime();
    try (var threads = Executors.newFixedThreadPool(connections)) {
      var copies = new ArrayList<Future<?>>();
      for (var part : parts) {
        copies.add(threads.submit(() -> in(part)));
      }
      for (var copy : copies) {
        copy.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
    return rows / ((System.nanoTime() - from) / 1e9);
  }

  private static void prepare(Connection connection) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(
          """
          drop table if exists bare_event;
          create table bare_event (like event including defaults including constraints
            including indexes) partition by range (occurred_at);
          do $$ declare a_day date; begin
            for a_day in select event_days() loop
              execute format(
                'create table %I partition of bare_event for values from (%L) to (%L)',
                'bare_event_' || to_char(a_day, 'YYYYMMDD'),
                a_day::timestamp at time zone 'UTC', (a_day + 1)::timestamp at time zone 'UTC');
            end loop;
          end $$;
          checkpoint
          """);
    }
  }

  private static long count(Connection connection) throws SQLException {
    try (var statement = connection.createStatement();
        var row = statement.executeQuery("select count(*) from event")) {
      row.next();
      return row.getLong(1);
    }
  }

  private static byte[] out(Connection connection, String copy) throws SQLException, IOException {
    var bytes = new ByteArrayOutputStream();
    connection
        .unwrap(PGConnection.class)
        .getCopyAPI()
        .copyOut(copy + " to stdout (format binary)", bytes);
    return bytes.toByteArray();
  }

  private Void in(byte[] rows) throws SQLException, IOException {
    try (var connection = DriverManager.getConnection(url)) {
      connection
          .unwrap(PGConnection.class)
          .getCopyAPI()
          .copyIn(
              "copy bare_event from stdin (format binary)",
              new ByteArrayInputStream(rows),
              64 * 1024);
    }
    return null;
  }
}
