package dev.offstage.bench;

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
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/**
 * Questions about ten million events of 200,000 persons over thirty days, in seconds: over HTTP
 * from roll-ups, and beside each the same answer counted from the events themselves. Fewer events
 * by {@code OFFSTAGE_BENCH_EVENTS}.
 */
final class AnalyticsBench {
  private static final int EVENTS =
      Integer.parseInt(System.getenv().getOrDefault("OFFSTAGE_BENCH_EVENTS", "10000000"));
  private static final int DAYS = 30;
  private static final int PERSONS = Math.max(1, EVENTS / 50);
  private static final LocalDate FROM = LocalDate.of(2026, 3, 1);
  private static final int ROUNDS = 5;
  private static final String RANGE = "from=2026-03-01&to=2026-03-31";

  private static final Map<String, String> QUESTIONS =
      new LinkedHashMap<>(
          Map.of(
              "events by day", "timeseries?" + RANGE,
              "events by hour in Kolkata",
                  "timeseries?interval=hour&zone=Asia/Kolkata&event=Event%203&" + RANGE,
              "events by version", "breakdown?by=appVersion&" + RANGE,
              "DAU", "timeseries?metric=dau&" + RANGE,
              "MAU", "timeseries?metric=mau&" + RANGE,
              "new by day", "timeseries?metric=new&" + RANGE,
              "retention by day", "retention?from=2026-03-01&to=2026-03-15&periods=14",
              "funnel of three", "funnel?step=Event%201&step=Event%202&step=Event%203&" + RANGE,
              "uniques, estimated", "uniques?" + RANGE,
              "uniques, exact", "uniques?exact=true&" + RANGE));

  private final HttpClient http = HttpClient.newHttpClient();
  private final Map<String, Object> figures = new LinkedHashMap<>();

  private AnalyticsBench() {}

  public static void main(String[] arguments) throws Exception {
    if (arguments.length != 0 && !(arguments.length == 2 && arguments[0].equals("--json"))) {
      System.err.println(
          "usage: ops/bench analytics [--json FILE]; OFFSTAGE_BENCH_EVENTS says how many events");
      System.exit(2);
    }
    var bench = new AnalyticsBench();
    try (var context = ingest()) {
      bench.run(context);
    }
    int json = Arrays.asList(arguments).indexOf("--json");
    if (json >= 0) {
      Files.writeString(
          Path.of(arguments[json + 1]),
          JsonMapper.builder().build().writeValueAsString(bench.figures) + "\n");
    }
    System.exit(0);
  }

  private static ConfigurableApplicationContext ingest() throws IOException {
    var properties = new LinkedHashMap<>(Servers.shared().springProperties(false, false));
    properties.put("server.port", "0");
    properties.put("server.address", "127.0.0.1");
    properties.put("management.server.port", "-1");
    properties.put("logging.level.root", "error");
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
    tell("load", seconds(() -> load(jdbc)));
    tell(
        "roll up all of it",
        seconds(
            () ->
                Rollups.over(context.getBean(Db.class))
                    .recompute("bench", FROM, FROM.plusDays(DAYS))));
    jdbc.sql("vacuum (analyze)").update();
    var base =
        "http://127.0.0.1:"
            + context.getEnvironment().getRequiredProperty("local.server.port")
            + "/v1/analytics/";
    System.out.printf(Locale.ROOT, "%,d events: seconds, the median of %d%n", EVENTS, ROUNDS);
    for (var question : QUESTIONS.entrySet()) {
      tell(question.getKey(), median(() -> ask(base + question.getValue(), key.text())));
    }
    tell("beside: events by day, from events", median(() -> countEvents(jdbc)));
    tell("beside: uniques, exact, from events", median(() -> countPersons(jdbc)));
  }

  /** Persons come back on some of the days; the busy ones among them more often. */
  private static void load(JdbcClient jdbc) {
    jdbc.sql(
            """
            select ensure_event_days(array(
              select generate_series(date '2026-03-01', date '2026-03-30', '1 day')::date))
            """)
        .query((row, n) -> true)
        .single();
    for (int day = 0; day < DAYS; day++) {
      jdbc.sql(
              """
              insert into event (id, tenant, app, write_key, type, name, message_id, user_id,
                app_version, platform, occurred_at, received_at, clamped, properties)
              select gen_random_uuid(), 'bench', 'app', '00000000-0000-0000-0000-000000000001',
                'track', 'Event ' || least(19, floor(-ln(random()) * 4)::integer), n::text,
                'user ' || ((p * :day1 * 7919 + p * p) % :persons),
                '2.' || n % 8, (array['ios', 'android', 'web'])[1 + n % 3], at, at, false,
                '{"price": 3, "sku": "a-1"}'
              from (
                select n, (n / 12)::bigint as p,
                  timestamptz '2026-03-01Z' + :day * interval '1 day'
                    + ((n / 12) * 7919 % 80000) * interval '1 s' + (n % 12) * 40 * interval '1 s'
                    as at
                from generate_series(1, :each) n) e
              """)
          .param("day", day)
          .param("day1", day + 1)
          .param("persons", PERSONS)
          .param("each", EVENTS / DAYS)
          .update();
    }
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

  private static double median(Work work) throws Exception {
    work.run(); // warms up
    var times = new double[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      times[i] = seconds(work);
    }
    Arrays.sort(times);
    return times[ROUNDS / 2];
  }

  private void tell(String what, double seconds) {
    System.out.printf(Locale.ROOT, "  %-38s %8.3f s%n", what, seconds);
    figures.put(what, seconds);
  }
}
