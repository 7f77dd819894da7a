package dev.offstage.ingest.plan;

import dev.offstage.body.Fields;
import dev.offstage.ingest.auth.Caller;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Which events and properties there are, as they were noticed. */
@RestController
@Tag(name = "Tracking plans")
class SchemaController {
  private static final int DEFAULT_LIMIT = 500;
  private static final int MAX_LIMIT = 5_000;

  private final JdbcClient db;

  SchemaController(JdbcClient db) {
    this.db = db;
  }

  /**
   * @param property empty for the event itself
   * @param kind a JSON type, or `event`; a property that came with two types is there twice
   */
  @Schema(name = "NoticedProperty")
  record Noticed(
      String app,
      String type,
      String event,
      String property,
      String kind,
      Instant firstSeenAt,
      Instant lastSeenAt) {}

  /**
   * @param problem what was found and what the plan expects
   * @param latestEvent the id of the latest such event
   */
  @Schema(name = "FlaggedEvents")
  record Flagged(
      String app,
      String type,
      String event,
      String problem,
      long events,
      String latestEvent,
      Instant lastSeenAt) {}

  @Schema(name = "EventSchema")
  record SchemaView(List<Noticed> noticed, List<Flagged> flagged) {}

  @Operation(
      operationId = "readSchema",
      summary = "Tells which events and properties there are",
      description =
          """
          The newest first, with what tracking plans have flagged. `since` leaves only what was \
          seen first since then: what a new version of an app has brought.\
          """)
  @Parameter(name = "app", in = ParameterIn.QUERY, schema = @Schema(type = "string"))
  @Parameter(
      name = "since",
      in = ParameterIn.QUERY,
      schema = @Schema(type = "string", format = "date-time"))
  @Parameter(
      name = "limit",
      in = ParameterIn.QUERY,
      schema = @Schema(type = "integer", minimum = "1", maximum = "5000", defaultValue = "500"))
  @GetMapping(path = "/v1/analytics/schema", produces = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<SchemaView> read(
      Caller caller, @Parameter(hidden = true) HttpServletRequest request) {
    caller.mustBeServer();
    var fields = Fields.ofQuery(request);
    var app = fields.text("app");
    var since = fields.time("since");
    int limit = fields.whole("limit", 1, MAX_LIMIT, DEFAULT_LIMIT);
    fields.noOthers();
    fields.check();
    return ResponseEntity.ok()
        .cacheControl(CacheControl.noCache().cachePrivate())
        .body(
            new SchemaView(
                noticed(caller.tenant(), app, since, limit), flagged(caller.tenant(), app, limit)));
  }

  private List<Noticed> noticed(
      String tenant, @Nullable String app, @Nullable Instant since, int limit) {
    return db.sql(
            """
            select * from event_schema
            where tenant = :tenant and (:app::text is null or app = :app)
              and (:since::timestamptz is null or first_seen_at >= :since::timestamptz)
            order by first_seen_at desc, app, type, name, property, kind limit :limit
            """)
        .param("tenant", tenant)
        .param("app", app)
        .param("since", since == null ? null : since.toString())
        .param("limit", limit)
        .query(
            (row, n) ->
                new Noticed(
                    row.getString("app"),
                    row.getString("type"),
                    row.getString("name"),
                    row.getString("property"),
                    row.getString("kind"),
                    row.getObject("first_seen_at", OffsetDateTime.class).toInstant(),
                    row.getObject("last_seen_at", OffsetDateTime.class).toInstant()))
        .list();
  }

  private List<Flagged> flagged(String tenant, @Nullable String app, int limit) {
    return db.sql(
            """
            select * from event_flag
            where tenant = :tenant and (:app::text is null or app = :app)
            order by last_seen_at desc, app, type, name, problem limit :limit
            """)
        .param("tenant", tenant)
        .param("app", app)
        .param("limit", limit)
        .query(
            (row, n) ->
                new Flagged(
                    row.getString("app"),
                    row.getString("type"),
                    row.getString("name"),
                    row.getString("problem"),
                    row.getLong("events"),
                    row.getString("latest_event"),
                    row.getObject("last_seen_at", OffsetDateTime.class).toInstant()))
        .list();
  }
}
