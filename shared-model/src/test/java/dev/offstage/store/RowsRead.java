package dev.offstage.store;

import java.util.List;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Counts the rows and index entries of jobs, and of who is parked, that connections read. */
final class RowsRead {
  private final List<JdbcClient> connections;

  /**
   * @param connections of one connection each, all that read
   */
  RowsRead(DataSource... connections) {
    this.connections = Stream.of(connections).map(JdbcClient::create).toList();
  }

  long read(Runnable something) {
    long before = count();
    something.run();
    return count() - before;
  }

  private long count() {
    // Each connection keeps to itself for a while what it has read.
    for (var connection : connections) {
      ask(connection, "select pg_stat_force_next_flush()");
      ask(connection, "select 1");
    }
    var jdbc = connections.getFirst();
    ask(jdbc, "select pg_stat_clear_snapshot()");
    return jdbc.sql(
            """
            select (select sum(seq_tup_read) from pg_stat_user_tables
                    where relname like 'job\\_2%' or relname = 'parked')
                 + (select sum(idx_tup_read) from pg_stat_user_indexes
                    where relname like 'job\\_2%' or relname = 'parked')
            """)
        .query(Long.class)
        .single();
  }

  private static void ask(JdbcClient connection, String question) {
    connection.sql(question).query((row, n) -> n).list();
  }
}
