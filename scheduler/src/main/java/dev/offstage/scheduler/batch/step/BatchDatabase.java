package dev.offstage.scheduler.batch.step;

import dev.offstage.store.Db;
import javax.sql.DataSource;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * The connections of batches, whose statements may take minutes.
 *
 * @param transactions those of chunks; {@code db}'s statements take part in them
 */
public record BatchDatabase(
    DataSource connections, PlatformTransactionManager transactions, Db db) {}
