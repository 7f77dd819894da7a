package dev.offstage.scheduler.batch.export;

import static dev.offstage.scheduler.batch.export.Column.decimal;
import static dev.offstage.scheduler.batch.export.Column.flag;
import static dev.offstage.scheduler.batch.export.Column.json;
import static dev.offstage.scheduler.batch.export.Column.number;
import static dev.offstage.scheduler.batch.export.Column.text;
import static dev.offstage.scheduler.batch.export.Column.textOf;
import static dev.offstage.scheduler.batch.export.Column.time;

import dev.offstage.store.Db;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/** What can be exported. */
enum Dataset {
  /** By the day on which they happened. */
  EVENTS(
      List.of(
          textOf("id"),
          text("app"),
          text("type"),
          text("name"),
          text("message_id"),
          text("user_id"),
          text("anonymous_id"),
          text("previous_id"),
          text("group_id"),
          text("device_id"),
          text("session_id"),
          text("app_version"),
          text("platform"),
          text("os_version"),
          text("device_model"),
          text("locale"),
          text("country"),
          textOf("ip"),
          time("occurred_at"),
          time("original_at"),
          time("sent_at"),
          time("received_at"),
          flag("clamped"),
          json("properties"),
          json("context"),
          json("integrations"))),

  /** By the day on which they were enqueued, as they are when they are read. */
  JOBS(
      List.of(
          textOf("id"),
          text("owner"),
          text("kind"),
          text("pool"),
          number("priority"),
          text("state"),
          number("attempt"),
          number("max_attempts"),
          number("crashes"),
          json("payload"),
          number("payload_version"),
          decimal("progress"),
          json("result"),
          text("error_reason"),
          text("error_message"),
          new Column("tags", Column.Type.JSON, "to_json(tags)::text"),
          text("unique_key"),
          text("ordering_key"),
          text("concurrency_key"),
          text("destination"),
          textOf("workflow"),
          text("workflow_ref"),
          time("created_at"),
          time("run_at"),
          time("expires_at"),
          time("started_at"),
          time("ended_at")));

  private final List<Column> columns;

  Dataset(List<Column> columns) {
    this.columns = columns;
  }

  List<Column> columns() {
    return columns;
  }

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Dataset of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }

  /** How many rows a day has, about, where that is quick to tell. */
  OptionalLong count(Db db, Slice slice) {
    return this == EVENTS ? OptionalLong.of(EventRows.count(db, slice)) : OptionalLong.empty();
  }

  /** The rows of a day. */
  Rows rows(Db db, Slice slice) {
    return this == EVENTS ? new EventRows(db, slice) : new JobRows(db, slice);
  }
}
