package dev.offstage.scheduler.batch.retention;

import java.time.OffsetDateTime;

/**
 * What a tenant has in one table.
 *
 * @param table a partition, named by the database itself; or a whole table
 * @param cutoff what is older goes
 */
record Share(String tenant, String table, OffsetDateTime cutoff) {
  String position() {
    return tenant + "/" + table;
  }
}
