package dev.offstage.ingest.analytics;

import dev.offstage.body.Fields;
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
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** What events or persons there are most of. */
@RestController
@Tag(name = "Analytics")
class BreakdownController {
  private static final int DAYS = 30;
  private static final int DEFAULT_LIMIT = 20;
  private static final int MAX_LIMIT = 1_000;
  private static final Duration LONGEST = Duration.ofDays(400);

  /** For what only single events tell. */
  private static final Duration LONGEST_RAW = Duration.ofDays(92);

  private final Asking asking;
  private final InstantSource clock;

  BreakdownController(Asking asking, InstantSource clock) {
    this.asking = asking;
    this.clock = clock;
  }

  private enum Metric {
    EVENTS,
    PERSONS
  }

  /**
   * @param value empty where events have none
   */
  @Schema(name = "AnalyticsGroup")
  record Group(String value, long count) {}

  /**
   * @param groups those with most first
   */
  @Schema(name = "AnalyticsBreakdown")
  record Breakdown(String by, String metric, String from, String to, List<Group> groups)
      implements Table {
    @Override
    public List<String> columns() {
      return List.of(by, metric);
    }

    @Override
    public Stream<List<@Nullable Object>> rows() {
      return groups.stream().map(group -> List.of(group.value(), group.count()));
    }
  }

  @Operation(
      operationId = "askBreakdown",
      summary = "Counts events or persons by what they are",
      description =
          """
          `by` is `event`, `type`, `app`, `platform` or `appVersion`, whose `events` come from \
          roll-ups; or `country`, `locale`, `osVersion`, `deviceModel` or `property.<name>`, for \
          which the events themselves are read, of at most 92 days; as they are for `persons`. An \
          answer that would take too long is refused.\
          """)
  @Described.Ranged
  @Described.Filtered
  @Parameter(
      name = "by",
      in = ParameterIn.QUERY,
      required = true,
      schema = @Schema(type = "string"))
  @Parameter(
      name = "metric",
      in = ParameterIn.QUERY,
      schema =
          @Schema(
              type = "string",
              allowableValues = {"events", "persons"},
              defaultValue = "events"))
  @Parameter(
      name = "limit",
      in = ParameterIn.QUERY,
      schema = @Schema(type = "integer", minimum = "1", maximum = "1000", defaultValue = "20"))
  @GetMapping(
      path = "/v1/analytics/breakdown",
      produces = {MediaType.APPLICATION_JSON_VALUE, CsvConverter.TYPE})
  ResponseEntity<Breakdown> breakdown(
      Caller caller, @Parameter(hidden = true) HttpServletRequest request) {
    caller.mustBeServer();
    var fields = Fields.ofQuery(request);
    var by = fields.required("by", "such as event", Dimension::parse);
    var metric = TimeseriesController.word(fields, Metric.class, "metric", Metric.EVENTS);
    boolean rolledUp = by != null && by.isRolledUp() && metric == Metric.EVENTS;
    var range = Range.read(fields, clock.instant(), DAYS, rolledUp ? LONGEST : LONGEST_RAW);
    var filter = Filter.read(fields);
    int limit = fields.whole("limit", 1, MAX_LIMIT, DEFAULT_LIMIT);
    fields.noOthers();
    fields.check();
    var dimension = java.util.Objects.requireNonNull(by);
    var groups =
        asking.ask(
            jdbc -> {
              var counts = new Counts(jdbc, caller.tenant(), range, filter);
              return metric == Metric.EVENTS
                  ? counts.by(dimension, limit)
                  : counts.personsBy(dimension, limit);
            });
    return Described.answer(
        new Breakdown(
            dimension.name(),
            metric.name().toLowerCase(Locale.ROOT),
            range.shown(range.from()),
            range.shown(range.to()),
            groups.stream().map(each -> new Group(each.value(), each.count())).toList()));
  }
}
