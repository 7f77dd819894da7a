package dev.offstage.bench.contender;

import dev.offstage.servers.Servers;
import java.sql.SQLException;

/** What PostgreSQL has written so far, for all its databases. */
public final class Ledger implements AutoCloseable {
  private final Database database;

  public Ledger() throws SQLException {
    database = new Database(Servers.shared().postgresUrl());
    database.requireDurability();
  }

  /** Transactions that wrote something. */
  double transactions() throws SQLException {
    return Double.parseDouble(database.ask("select pg_snapshot_xmax(pg_current_snapshot())"));
  }

  double walBytes() throws SQLException {
    return Double.parseDouble(database.ask("select pg_current_wal_insert_lsn() - '0/0'"));
  }

  /** Lets a measurement begin with none due; else it comes at random, in somebody's turn. */
  public void checkpoint() throws SQLException {
    database.execute("checkpoint");
  }

  @Override
  public void close() {
    database.close();
  }
}
