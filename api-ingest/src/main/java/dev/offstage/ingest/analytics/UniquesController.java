package dev.offstage.ingest.analytics;

import dev.offstage.body.Fields;
import dev.offstage.ingest.analytics.table.CsvConverter;
import dev.offstage.ingest.analytics.table.Table;
import dev.offstage.ingest.auth.Caller;
import dev.offstage.rollup.Sketches;
import dev.offstage.rollup.UniqueCount;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** How many different persons there were. */
@RestController
@Tag(name = "Analytics")
class UniquesController {
  private static final int DAYS = 30;
  private static final Duration LONGEST = Duration.ofDays(400);

  /** For what only single events tell. */
  private static final Duration LONGEST_RAW = Duration.ofDays(92);

  private final Asking asking;
  private final InstantSource clock;

  UniquesController(Asking asking, InstantSource clock) {
    this.asking = asking;
    this.clock = clock;
  }

  /**
   * @param method `exact`, or `sketch` for an estimate
   * @param from as counted: a sketch counts whole hours of UTC
   * @param atLeast what the true number is not below, 99.7 times in a hundred
   * @param atMost what it is not above
   */
  @Schema(name = "AnalyticsUniques")
  record Uniques(String method, String from, String to, long persons, long atLeast, long atMost)
      implements Table {
    @Override
    public List<String> columns() {
      return List.of("method", "from", "to", "persons", "atLeast", "atMost");
    }

    @Override
    public Stream<List<@Nullable Object>> rows() {
      return Stream.of(List.of(method, from, to, persons, atLeast, atMost));
    }
  }

  @Operation(
      operationId = "askUniques",
      summary = "Counts different persons",
      description =
          """
          An estimate from HyperLogLog sketches (standard error 1.6 %) unless `exact=true`, or \
          unless more than one of `event`, `platform` and `appVersion` is given. An exact count \
          with a filter on events reads the events themselves, of at most 92 days.\
          """)
  @Described.Ranged
  @Described.Filtered
  @Parameter(
      name = "exact",
      in = ParameterIn.QUERY,
      schema = @Schema(type = "boolean", defaultValue = "false"))
  @GetMapping(
      path = "/v1/analytics/uniques",
      produces = {MediaType.APPLICATION_JSON_VALUE, CsvConverter.TYPE})
  ResponseEntity<Uniques> uniques(
      Caller caller, @Parameter(hidden = true) HttpServletRequest request) {
    caller.mustBeServer();
    var fields = Fields.ofQuery(request);
    boolean exact = Boolean.TRUE.equals(fields.text("exact", UniquesController::flag));
    var filter = Filter.read(fields);
    var sketch = exact ? null : Sketched.of(filter);
    boolean raw = sketch == null && filter.isNarrow();
    var range = Range.read(fields, clock.instant(), DAYS, raw ? LONGEST_RAW : LONGEST);
    fields.noOthers();
    fields.check();
    return Described.answer(
        asking.ask(
            jdbc ->
                sketch == null
                    ? exact(jdbc, caller.tenant(), range, filter)
                    : estimate(jdbc, caller.tenant(), range, filter, sketch)));
  }

  private static Boolean flag(String text) {
    if (!text.equals("true") && !text.equals("false")) {
      throw new IllegalArgumentException(
          "exact: " + Fields.shown(text) + " (expected: true or false)");
    }
    return text.equals("true");
  }

  /** Which sketch answers for a filter. */
  private record Sketched(Sketches.Dimension dimension, String value) {
    /** Null if none does. */
    private static @Nullable Sketched of(Filter filter) {
      var event = filter.event();
      var platform = filter.platform();
      var version = filter.version();
      long given = Stream.of(event, platform, version).filter(each -> each != null).count();
      if (given > 1 || (filter.type() != null && event == null)) {
        return null;
      }
      if (event != null) {
        return new Sketched(Sketches.Dimension.EVENT, filter.type() + ":" + event);
      }
      if (platform != null) {
        return new Sketched(Sketches.Dimension.PLATFORM, platform);
      }
      return version == null
          ? new Sketched(Sketches.Dimension.ALL, "")
          : new Sketched(Sketches.Dimension.VERSION, version);
    }
  }

  private static Uniques estimate(
      JdbcClient jdbc, String tenant, Range range, Filter filter, Sketched sketch) {
    var from = range.from().truncatedTo(ChronoUnit.HOURS);
    var to = ceiling(range.to());
    var count =
        Sketches.over(jdbc)
            .count(tenant, filter.app(), sketch.dimension(), sketch.value(), from, to)
            .getOrDefault(sketch.value(), new UniqueCount());
    return new Uniques(
        "sketch",
        range.shown(from),
        range.shown(to),
        count.estimate(),
        count.atLeast(),
        count.atMost());
  }

  private static Instant ceiling(Instant at) {
    var hour = at.truncatedTo(ChronoUnit.HOURS);
    return hour.equals(at) ? hour : hour.plus(1, ChronoUnit.HOURS);
  }

  private static Uniques exact(JdbcClient jdbc, String tenant, Range range, Filter filter) {
    long persons =
        filter.isNarrow()
            ? People.distinct(jdbc, tenant, range, filter)
            : new People(jdbc, tenant, filter.app()).distinct(range);
    return new Uniques(
        "exact", range.shown(range.from()), range.shown(range.to()), persons, persons, persons);
  }
}
