package dev.offstage.ingest.analytics;

import dev.offstage.body.Fields;
import dev.offstage.body.TimeCursor;
import dev.offstage.ingest.analytics.table.CsvConverter;
import dev.offstage.ingest.analytics.table.Table;
import dev.offstage.ingest.auth.Caller;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.util.UriComponentsBuilder;

/** Single events. */
@RestController
@Tag(name = "Analytics")
class TrackedEventController {
  private static final int DAYS = 7;
  private static final int DEFAULT_LIMIT = 100;
  private static final int MAX_LIMIT = 1_000;
  private static final Duration LONGEST = Duration.ofDays(400);

  private final Asking asking;
  private final InstantSource clock;

  TrackedEventController(Asking asking, InstantSource clock) {
    this.asking = asking;
    this.clock = clock;
  }

  /** An event; the members are those of the tracking API, and the columns of the table. */
  @Schema(name = "AnalyticsEvent")
  record EventView(
      String id,
      String type,
      @Nullable String name,
      String app,
      String messageId,
      @Nullable String userId,
      @Nullable String anonymousId,
      @Nullable String sessionId,
      @Nullable String deviceId,
      @Nullable String platform,
      @Nullable String appVersion,
      @Nullable String locale,
      @Nullable String country,
      String occurredAt,
      @Nullable String originalAt,
      @Nullable String sentAt,
      String receivedAt,
      @Schema(type = "object") @Nullable Object properties,
      @Schema(type = "object") @Nullable Object context) {

    private static EventView of(EventPages.Row row, Range range) {
      return new EventView(
          row.id().toString(),
          row.type(),
          row.name(),
          row.app(),
          row.messageId(),
          row.userId(),
          row.anonymousId(),
          row.sessionId(),
          row.deviceId(),
          row.platform(),
          row.appVersion(),
          row.locale(),
          row.country(),
          range.shown(row.occurredAt()),
          row.originalAt() == null ? null : range.shown(row.originalAt()),
          row.sentAt() == null ? null : range.shown(row.sentAt()),
          range.shown(row.receivedAt()),
          row.properties(),
          row.context());
    }

    private List<@Nullable Object> cells() {
      return Arrays.asList(
          id,
          type,
          name,
          app,
          messageId,
          userId,
          anonymousId,
          sessionId,
          deviceId,
          platform,
          appVersion,
          locale,
          country,
          occurredAt,
          originalAt,
          sentAt,
          receivedAt,
          properties,
          context);
    }
  }

  /**
   * @param next the path of the next page; null at the end
   */
  @Schema(name = "AnalyticsEventPage")
  record Page(List<EventView> events, @Nullable String next) implements Table {
    @Override
    public List<String> columns() {
      return Stream.of(EventView.class.getRecordComponents()).map(each -> each.getName()).toList();
    }

    @Override
    public Stream<List<@Nullable Object>> rows() {
      return events.stream().map(EventView::cells);
    }
  }

  @Operation(
      operationId = "readTrackedEvents",
      summary = "Reads single events, the latest first",
      description = "By when they happened, by the corrected clock. `Link` names the next page.")
  @Described.Ranged
  @Described.Filtered
  @Parameter(name = "userId", in = ParameterIn.QUERY, schema = @Schema(type = "string"))
  @Parameter(name = "anonymousId", in = ParameterIn.QUERY, schema = @Schema(type = "string"))
  @Parameter(
      name = "cursor",
      in = ParameterIn.QUERY,
      description = "From the page before",
      schema = @Schema(type = "string"))
  @Parameter(
      name = "limit",
      in = ParameterIn.QUERY,
      schema = @Schema(type = "integer", minimum = "1", maximum = "1000", defaultValue = "100"))
  @GetMapping(
      path = "/v1/analytics/events",
      produces = {MediaType.APPLICATION_JSON_VALUE, CsvConverter.TYPE})
  ResponseEntity<Page> events(Caller caller, @Parameter(hidden = true) HttpServletRequest request) {
    caller.mustBeServer();
    var fields = Fields.ofQuery(request);
    var range = Range.read(fields, clock.instant(), DAYS, LONGEST);
    var filter = Filter.read(fields);
    var whose = new EventPages.Whose(fields.text("userId"), fields.text("anonymousId"));
    var cursor = fields.text("cursor", TimeCursor::parse);
    int limit = fields.whole("limit", 1, MAX_LIMIT, DEFAULT_LIMIT);
    fields.noOthers();
    fields.check();
    var rows =
        asking.ask(
            jdbc -> EventPages.read(jdbc, caller.tenant(), range, filter, whose, cursor, limit));
    var next = rows.size() < limit ? null : next(request, rows.getLast(), range);
    var answer =
        Described.answer(
            new Page(rows.stream().map(row -> EventView.of(row, range)).toList(), next));
    return next == null
        ? answer
        : ResponseEntity.ok()
            .headers(answer.getHeaders())
            .header(HttpHeaders.LINK, "<" + next + ">; rel=\"next\"")
            .body(answer.getBody());
  }

  /** The range is said outright: what is meant by default moves on. */
  private static String next(HttpServletRequest request, EventPages.Row last, Range range) {
    var uri = UriComponentsBuilder.fromPath("/v1/analytics/events");
    request
        .getParameterMap()
        .forEach(
            (name, values) -> {
              if (!List.of("cursor", "from", "to").contains(name)) {
                uri.queryParam(name, (Object[]) values);
              }
            });
    return uri.queryParam("from", range.from())
        .queryParam("to", range.to())
        .queryParam("cursor", new TimeCursor(last.occurredAt(), last.id()).text())
        .encode()
        .build()
        .toUriString();
  }
}
