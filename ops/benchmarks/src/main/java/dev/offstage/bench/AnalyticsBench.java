package dev.offstage.bench;

import dev.offstage.bench.events.Month;
import dev.offstage.bench.report.Report;
import dev.offstage.boot.OffstageApplication;
import dev.offstage.ingest.IngestApplication;
import dev.offstage.ingest.auth.ApiKeys;
import dev.offstage.ingest.auth.Scope;
import dev.offstage.ingest.auth.Tenants;
import dev.offstage.rollup.Rollups;
import dev.offstage.servers.Servers;
import dev.offstage.store.Db;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Questions about ten million events of 200,000 persons over thirty days, in seconds: over HTTP
 * from roll-ups, and beside some of them the same counted from the events themselves.
 */
final class AnalyticsBench {
  private static final int EVENTS_A_PERSON = 50;
  private static final LocalDate FROM = LocalDate.of(2026, 3, 1);
  private static final String RANGE = "from=2026-03-01&to=2026-03-31";
  private static final String OURS = "from roll-ups";
  private static final String BESIDE = "from the events";
  private static final String UNIT = "s";

  private static final Map<String, String> QUESTIONS = questions();

  private static Map<String, String> questions() {
    var all = new LinkedHashMap<String, String>();
    all.put("events by day", "timeseries?" + RANGE);
    all.put(
        "events by hour in Kolkata",
        "timeseries?interval=hour&zone=Asia/Kolkata&event=Event%203&" + RANGE);
    all.put("events by version", "breakdown?by=appVersion&" + RANGE);
    all.put("DAU", "timeseries?metric=dau&" + RANGE);
    all.put("MAU", "timeseries?metric=mau&" + RANGE);
    all.put("new by day", "timeseries?metric=new&" + RANGE);
    all.put("retention by day", "retention?from=2026-03-01&to=2026-03-15&periods=14");
    all.put("funnel of three", "funnel?step=Event%201&step=Event%202&step=Event%203&" + RANGE);
    all.put("uniques, estimated", "uniques?" + RANGE);
    all.put("uniques, exact", "uniques?exact=true&" + RANGE);
    return all;
  }

  private final HttpClient http = HttpClient.newHttpClient();
  private final Report report = new Report("analytics");
  private final int events;
  private final int rounds;

  private AnalyticsBench(int events, int rounds) {
    this.events = events;
    this.rounds = rounds;
  }

  public static void main(String[] arguments) {
    Launch.run(new Analytics(), arguments);
  }

  @Command(
      name = "ops/bench analytics",
      mixinStandardHelpOptions = true,
      sortOptions = false,
      description = "Questions about ten million events, answered from roll-ups.")
  private static final class Analytics implements Callable<Integer> {
    @Option(names = "--events", description = "how many there are (10000000; quick: 300000)")
    private @Nullable Integer events;

    @Option(names = "--rounds", description = "how often each is asked, after once (5; quick: 3)")
    private @Nullable Integer rounds;

    @Option(names = "--quick", description = "a short look, at a small scale")
    private boolean quick;

    @Option(names = "--json", description = "writes all figures to that file")
    private @Nullable Path json;

    private static int orElse(@Nullable Integer asked, int otherwise) {
      return asked == null ? otherwise : asked;
    }

    @Override
    public Integer call() throws Exception {
      var bench =
          new AnalyticsBench(
              orElse(events, quick ? 300_000 : 10_000_000), orElse(rounds, quick ? 3 : 5));
      try (var context = ingest()) {
        bench.run(context);
      }
      bench.report.finish(json);
      return 0;
    }
  }

  private static ConfigurableApplicationContext ingest() throws IOException {
    var properties = new LinkedHashMap<>(Servers.shared().springProperties(false, false));
    properties.put("server.port", "0");
    properties.put("server.address", "127.0.0.1");
    properties.put("management.server.port", "-1");
    properties.put("logging.level.root", "error");
    properties.put("logging.level.org.springframework.amqp", "off"); // there is no broker
    properties.put("offstage.analytics.patience", "10m");
    properties.put("spring.datasource.hikari.data-source-properties.socketTimeout", "1800");
    properties.put("offstage.blob.directory", Files.createTempDirectory("blobs").toString());
    properties.put("offstage.urls.signing-key", "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=");
    return OffstageApplication.of(IngestApplication.class)
        .run(
            properties.entrySet().stream()
                .map(each -> "--" + each.getKey() + "=" + each.getValue())
                .toArray(String[]::new));
  }

  private void run(ConfigurableApplicationContext context) throws Exception {
    context.getBean(Tenants.class).ensure("bench", "Bench");
    var key = context.getBean(ApiKeys.class).issue("bench", "bench", Set.of(Scope.EVENTS_READ));
    var jdbc = context.getBean(JdbcClient.class);
    System.err.printf(Locale.ROOT, "making %,d events%n", events);
    double made = seconds(() -> Month.load(jdbc, events, persons()));
    System.err.println("rolling them up");
    double rolled =
        seconds(
            () ->
                Rollups.over(context.getBean(Db.class))
                    .recompute("bench", FROM, FROM.plusDays(Month.DAYS)));
    jdbc.sql(
            """
            vacuum (analyze) event, rollup_count, rollup_active, rollup_actor, rollup_step,
              rollup_sketch, rollup_hour
            """)
        .update();
    report.note(
        "%,d events of %,d persons over %d days; made in %.0f s, rolled up in %.0f s (%,.0f events a second)."
            .formatted(events, persons(), Month.DAYS, made, rolled, events / rolled));
    var base =
        "http://127.0.0.1:"
            + context.getEnvironment().getRequiredProperty("local.server.port")
            + "/v1/analytics/";
    for (var question : QUESTIONS.entrySet()) {
      measure(question.getKey(), OURS, () -> ask(base + question.getValue(), key.text()));
      report.figures().expect(question.getKey(), UNIT, "under 1");
    }
    measure("events by day", BESIDE, () -> countEvents(jdbc));
    measure("uniques, exact", BESIDE, () -> countPersons(jdbc));
  }

  private int persons() {
    return Math.max(1, events / EVENTS_A_PERSON);
  }

  private void measure(String question, String column, Work work) throws Exception {
    work.run(); // plans are made, and pages are read for the first time
    for (int round = 0; round < rounds; round++) {
      report.figures().add(question, UNIT, column, seconds(work));
    }
    System.err.println(question + ", " + column + ": asked");
  }

  private void ask(String question, String key) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create(question)).header("Authorization", "Bearer " + key);
    var answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IOException(question + " answered " + answer.statusCode() + ": " + answer.body());
    }
  }

  private static void countEvents(JdbcClient jdbc) {
    jdbc.sql(
            """
            select date_trunc('day', occurred_at, 'UTC'), count(*) from event
            where tenant = 'bench' and occurred_at >= '2026-03-01Z' group by 1
            """)
        .query((row, n) -> row.getLong(2))
        .list();
  }

  private static void countPersons(JdbcClient jdbc) {
    jdbc.sql(
            """
            select count(distinct user_id) from event
            where tenant = 'bench' and occurred_at >= '2026-03-01Z'
            """)
        .query(Long.class)
        .single();
  }

  private interface Work {
    void run() throws Exception;
  }

  private static double seconds(Work work) throws Exception {
    long from = System.nanoTime();
    work.run();
    return (System.nanoTime() - from) / 1e9;
  }
}
