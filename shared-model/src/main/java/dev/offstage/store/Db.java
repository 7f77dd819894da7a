package dev.offstage.store;

import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionOperations;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * One way to the database: its statements and its transactions.
 *
 * @param transactions a transaction that is under way on the thread is joined
 */
public record Db(JdbcClient jdbc, TransactionOperations transactions) {
  /** A way over connections of its own. */
  public static Db over(DataSource dataSource) {
    return new Db(
        JdbcClient.create(dataSource),
        new TransactionTemplate(new JdbcTransactionManager(dataSource)));
  }
}
