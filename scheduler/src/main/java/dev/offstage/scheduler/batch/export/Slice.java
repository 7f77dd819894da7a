package dev.offstage.scheduler.batch.export;

import java.time.LocalDate;

/**
 * A tenant's day (UTC).
 *
 * @param horizon of events: only those of earlier transactions, so that what comes while the export
 *     runs, or before it is restarted, is in none of its files
 */
record Slice(String tenant, LocalDate day, String horizon) {

  String from() {
    return day + "T00:00:00Z";
  }

  String to() {
    return day.plusDays(1) + "T00:00:00Z";
  }
}
