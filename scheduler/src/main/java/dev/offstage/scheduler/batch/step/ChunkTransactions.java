package dev.offstage.scheduler.batch.step;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Transactions of chunks, over the application's connections, so that all its stores take part; but
 * in these, statements may take their time. The pool gives a connection back its own patience.
 */
public final class ChunkTransactions extends JdbcTransactionManager {
  /** For one statement: the roll-up of a big hour, say. */
  private static final Duration PATIENCE = Duration.ofHours(1);

  /**
   * Between two statements. A node that froze in a chunk keeps others from taking over for as long,
   * which is to be done within a minute.
   */
  private static final Duration IDLE = Duration.ofSeconds(30);

  private static final Logger log = LoggerFactory.getLogger(ChunkTransactions.class);

  private final DataSource connections;

  public ChunkTransactions(DataSource dataSource) {
    super(dataSource);
    this.connections = dataSource;
  }

  @Override
  protected void doBegin(Object transaction, TransactionDefinition definition) {
    super.doBegin(transaction, definition);
    if (TransactionSynchronizationManager.getResource(connections)
        instanceof ConnectionHolder holder) {
      try {
        makePatient(holder.getConnection());
      } catch (SQLException e) {
        doCleanupAfterCompletion(transaction);
        throw new TransactionSystemException("The connection broke at once", e);
      }
    }
  }

  /**
   * Where the connection is lost, PostgreSQL has rolled back already. What is thrown on top would
   * hide why, and that the chunk may be tried again.
   */
  @Override
  protected void doRollback(DefaultTransactionStatus status) {
    try {
      super.doRollback(status);
    } catch (RuntimeException e) {
      log.warn("The chunk was rolled back with its connection: {}", e.getMessage());
    }
  }

  private static void makePatient(Connection connection) throws SQLException {
    connection.setNetworkTimeout(Runnable::run, (int) PATIENCE.toMillis());
    try (var statement = connection.createStatement()) {
      statement.execute("set local idle_in_transaction_session_timeout = " + IDLE.toMillis());
    }
  }
}
