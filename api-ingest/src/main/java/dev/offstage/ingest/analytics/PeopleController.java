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
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Who came back, and who went how far. */
@RestController
@Tag(name = "Analytics")
class PeopleController {
  private static final int DAYS = 14;
  private static final int DEFAULT_PERIODS = 7;
  private static final int MAX_PERIODS = 60;
  private static final int MAX_STEPS = 10;
  private static final int MAX_COHORTS = 400;
  private static final Duration LONGEST_FUNNEL = Duration.ofDays(92);
  private static final Duration WINDOW = Duration.ofDays(7);
  private static final Duration LONGEST_WINDOW = Duration.ofDays(31);

  private final Asking asking;
  private final InstantSource clock;

  PeopleController(Asking asking, InstantSource clock) {
    this.asking = asking;
    this.clock = clock;
  }

  /**
   * @param cohort when they came first, with its offset
   * @param persons how many came
   * @param active how many of them were active in that part, in the next one and so on; a part that
   *     has not begun yet is not there
   */
  @Schema(name = "AnalyticsCohort")
  record Cohort(String cohort, long persons, List<Long> active) {}

  @Schema(name = "AnalyticsRetention")
  record Retention(String interval, String zone, int periods, List<Cohort> cohorts)
      implements Table {
    @Override
    public List<String> columns() {
      return Stream.concat(
              Stream.of("cohort", "persons"),
              IntStream.rangeClosed(0, periods).mapToObj(n -> interval + " " + n))
          .toList();
    }

    @Override
    public Stream<List<@Nullable Object>> rows() {
      return cohorts.stream()
          .map(
              each -> {
                var row = new ArrayList<@Nullable Object>(List.of(each.cohort(), each.persons()));
                for (int n = 0; n <= periods; n++) {
                  row.add(n < each.active().size() ? each.active().get(n) : null);
                }
                return row;
              });
    }
  }

  /**
   * @param share of those who took the first step, 0 to 1
   */
  @Schema(name = "AnalyticsFunnelStep")
  record FunnelStep(String type, String event, long persons, double share) {}

  @Schema(name = "AnalyticsFunnel")
  record FunnelAnswer(String window, List<FunnelStep> steps) implements Table {
    @Override
    public List<String> columns() {
      return List.of("type", "event", "persons", "share");
    }

    @Override
    public Stream<List<@Nullable Object>> rows() {
      return steps.stream()
          .map(each -> List.of(each.type(), each.event(), each.persons(), each.share()));
    }
  }

  @Operation(
      operationId = "askRetention",
      summary = "Tells who came back, by when they came first",
      description = "Exact, from roll-ups, of whoever came first within the range.")
  @Described.Ranged
  @Parameter(
      name = "interval",
      in = ParameterIn.QUERY,
      schema =
          @Schema(
              type = "string",
              allowableValues = {"day", "week", "month"},
              defaultValue = "day"))
  @Parameter(
      name = "periods",
      in = ParameterIn.QUERY,
      description = "How many intervals after the first",
      schema = @Schema(type = "integer", minimum = "1", maximum = "60", defaultValue = "7"))
  @GetMapping(
      path = "/v1/analytics/retention",
      produces = {MediaType.APPLICATION_JSON_VALUE, CsvConverter.TYPE})
  ResponseEntity<Retention> retention(
      Caller caller, @Parameter(hidden = true) HttpServletRequest request) {
    caller.mustBeServer();
    var fields = Fields.ofQuery(request);
    var interval = TimeseriesController.word(fields, Interval.class, "interval", Interval.DAY);
    if (interval == Interval.HOUR) {
      fields.wrong("interval", "hour (expected: day, week or month)");
    }
    int periods = fields.whole("periods", 1, MAX_PERIODS, DEFAULT_PERIODS);
    var range = Range.read(fields, clock.instant(), DAYS, Duration.ofDays(MAX_COHORTS));
    var app = Filter.bounded(fields, "app");
    if (interval
        .plus(range.from().atZone(range.zone()), periods)
        .isAfter(range.from().atZone(range.zone()).plusDays(MAX_COHORTS))) {
      fields.wrong("periods", periods + " (expected: at most 400 days in all)");
    }
    fields.noOthers();
    fields.check();
    var kept =
        asking.ask(
            jdbc -> new People(jdbc, caller.tenant(), app).retention(range, interval, periods));
    return Described.answer(
        new Retention(
            interval.text(),
            range.zone().getId(),
            periods,
            cohorts(kept, range, interval, periods)));
  }

  private List<Cohort> cohorts(
      List<People.Kept> kept, Range range, Interval interval, int periods) {
    var cells = new HashMap<Instant, Map<Instant, Long>>();
    kept.forEach(
        each ->
            cells
                .computeIfAbsent(each.cohort(), at -> new HashMap<>())
                .put(each.at(), each.persons()));
    var now = clock.instant();
    return range.parts(interval).stream()
        .map(
            begin -> {
              var cell = cells.getOrDefault(begin.toInstant(), Map.of());
              var active = new ArrayList<Long>();
              for (int n = 0; n <= periods; n++) {
                var at = interval.plus(begin, n).toInstant();
                if (at.isAfter(now)) {
                  break;
                }
                active.add(cell.getOrDefault(at, 0L));
              }
              return new Cohort(
                  range.shown(begin.toInstant()), cell.getOrDefault(begin.toInstant(), 0L), active);
            })
        .toList();
  }

  @Operation(
      operationId = "askFunnel",
      summary = "Tells how many persons took one step after another",
      description =
          """
          Give `step` 2 to 10 times, each the name of a track event, or a type, a colon and a name \
          such as `screen:Home`. The first step counts within the range, the others within \
          `window` after it. Exact, from roll-ups, but for whoever does the same more than 256 \
          times an hour.\
          """)
  @Described.Ranged
  @Parameter(
      name = "step",
      in = ParameterIn.QUERY,
      required = true,
      array =
          @io.swagger.v3.oas.annotations.media.ArraySchema(
              schema = @Schema(type = "string"),
              minItems = 2,
              maxItems = 10))
  @Parameter(
      name = "window",
      in = ParameterIn.QUERY,
      description = "From the first step to the last, up to 31d",
      schema = @Schema(type = "string", defaultValue = "7d"))
  @GetMapping(
      path = "/v1/analytics/funnel",
      produces = {MediaType.APPLICATION_JSON_VALUE, CsvConverter.TYPE})
  ResponseEntity<FunnelAnswer> funnel(
      Caller caller, @Parameter(hidden = true) HttpServletRequest request) {
    caller.mustBeServer();
    var fields = Fields.ofQuery(request);
    var steps = steps(fields);
    var given = fields.duration("window");
    var window = given == null ? WINDOW : given;
    if (window.isZero() || window.compareTo(LONGEST_WINDOW) > 0) {
      fields.wrong("window", window + " (expected: more than 0, at most 31d)");
    }
    var range = Range.read(fields, clock.instant(), DAYS, LONGEST_FUNNEL);
    var app = Filter.bounded(fields, "app");
    fields.noOthers();
    fields.check();
    var reached =
        asking.ask(jdbc -> new Funnel(steps, window).count(jdbc, caller.tenant(), app, range));
    var answer = new ArrayList<FunnelStep>();
    for (int i = 0; i < steps.size(); i++) {
      double share = reached[0] == 0 ? 0 : (double) reached[i] / reached[0];
      answer.add(
          new FunnelStep(
              steps.get(i).type(), steps.get(i).name(), reached[i], Math.round(share * 1e4) / 1e4));
    }
    return Described.answer(new FunnelAnswer(window.toString(), answer));
  }

  private static List<Funnel.Step> steps(Fields fields) {
    var steps = new ArrayList<Funnel.Step>();
    for (var text : fields.eachText("step")) {
      var step = fields.made("step", () -> Funnel.Step.parse(text));
      if (step != null) {
        steps.add(step);
      }
    }
    if (steps.size() < 2 || steps.size() > MAX_STEPS) {
      fields.wrong("step", steps.size() + " of them (expected: 2 to 10)");
    }
    return steps;
  }
}
