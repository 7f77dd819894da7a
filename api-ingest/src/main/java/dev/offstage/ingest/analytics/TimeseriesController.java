package dev.offstage.ingest.analytics;

import dev.offstage.body.Fields;
import dev.offstage.body.Words;
import dev.offstage.ingest.analytics.table.CsvConverter;
import dev.offstage.ingest.analytics.table.Table;
import dev.offstage.ingest.auth.Caller;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** How something went over time. */
@RestController
@Tag(name = "Analytics")
class TimeseriesController {
  private static final int DAYS = 30;

  private final Asking asking;
  private final InstantSource clock;

  TimeseriesController(Asking asking, InstantSource clock) {
    this.asking = asking;
    this.clock = clock;
  }

  private enum Metric {
    EVENTS,
    ACTIVE,
    NEW,
    RETURNING,
    DAU,
    WAU,
    MAU;

    private boolean isTrailing() {
      return this == DAU || this == WAU || this == MAU;
    }
  }

  /**
   * @param at the beginning of the part, with its offset
   */
  @Schema(name = "AnalyticsPoint")
  record Point(String at, long value) {}

  /**
   * @param points one for each part of the range, empty ones too
   */
  @Schema(name = "AnalyticsTimeseries")
  record Timeseries(String metric, String interval, String zone, List<Point> points)
      implements Table {
    @Override
    public List<String> columns() {
      return List.of("at", metric);
    }

    @Override
    public Stream<List<@Nullable Object>> rows() {
      return points.stream().map(point -> List.of(point.at(), point.value()));
    }
  }

  @Operation(
      operationId = "askTimeseries",
      summary = "Counts events or persons over time",
      description =
          """
          `metric` is `events` (the default), `active`, `new` or `returning` persons of each part, \
          or `dau`, `wau`, `mau`: who was active on a day or in the 6 or 29 days before it. From \
          roll-ups, which are seconds behind. Filters other than `app` are for `events`.\
          """)
  @Described.Ranged
  @Described.Filtered
  @Parameter(
      name = "metric",
      in = ParameterIn.QUERY,
      schema =
          @Schema(
              type = "string",
              allowableValues = {"events", "active", "new", "returning", "dau", "wau", "mau"}))
  @Parameter(
      name = "interval",
      in = ParameterIn.QUERY,
      description = "`hour` for ranges of up to 32 days",
      schema =
          @Schema(
              type = "string",
              allowableValues = {"hour", "day", "week", "month"},
              defaultValue = "day"))
  @GetMapping(
      path = "/v1/analytics/timeseries",
      produces = {MediaType.APPLICATION_JSON_VALUE, CsvConverter.TYPE})
  ResponseEntity<Timeseries> timeseries(
      Caller caller, @Parameter(hidden = true) HttpServletRequest request) {
    caller.mustBeServer();
    var fields = Fields.ofQuery(request);
    var metric = word(fields, Metric.class, "metric", Metric.EVENTS);
    var interval = word(fields, Interval.class, "interval", Interval.DAY);
    var range = Range.read(fields, clock.instant(), DAYS, interval.longest());
    var filter = Filter.read(fields);
    if (metric != Metric.EVENTS && filter.isNarrow()) {
      fields.wrong("metric", "with a filter on events (expected: events, or no filter but app)");
    }
    if (metric.isTrailing() && interval != Interval.DAY) {
      fields.wrong("interval", interval.text() + " (expected: day, for " + text(metric) + ")");
    }
    fields.noOthers();
    fields.check();
    var values = asking.ask(jdbc -> values(jdbc, caller.tenant(), metric, interval, range, filter));
    var points =
        range.parts(interval).stream()
            .map(
                at ->
                    new Point(range.shown(at.toInstant()), values.getOrDefault(at.toInstant(), 0L)))
            .toList();
    return Described.answer(
        new Timeseries(text(metric), interval.text(), range.zone().getId(), points));
  }

  private static Map<Instant, Long> values(
      JdbcClient jdbc,
      String tenant,
      Metric metric,
      Interval interval,
      Range range,
      Filter filter) {
    var people = new People(jdbc, tenant, filter.app());
    return switch (metric) {
      case EVENTS -> new Counts(jdbc, tenant, range, filter).byTime(interval);
      case ACTIVE -> people.active(range, interval);
      case NEW -> people.fresh(range, interval);
      case RETURNING -> people.returning(range, interval);
      case DAU -> people.active(range, Interval.DAY);
      case WAU -> people.trailing(range, 7);
      case MAU -> people.trailing(range, 30);
    };
  }

  private static String text(Metric metric) {
    return metric.name().toLowerCase(Locale.ROOT);
  }

  static <E extends Enum<E>> E word(Fields fields, Class<E> type, String name, E otherwise) {
    var value = fields.text(name, text -> Words.of(type, name, text));
    return value == null ? otherwise : value;
  }
}
