package dev.offstage.bench;

import static dev.offstage.bench.events.Month.DAYS;

import dev.offstage.bench.events.Month;
import dev.offstage.bench.report.Report;
import dev.offstage.boot.OffstageApplication;
import dev.offstage.scheduler.SchedulerApplication;
import dev.offstage.scheduler.batch.BatchRun;
import dev.offstage.scheduler.batch.BatchState;
import dev.offstage.scheduler.batch.Batches;
import dev.offstage.scheduler.batch.StartMode;
import dev.offstage.servers.Servers;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The batch {@code rollup} over events of thirty days, beside one SQL statement that counts the
 * same from the same rows into tables of the same shape; then {@code export} of the same events;
 * and the heap while they run.
 */
final class BatchBench {
  private static final LocalDate FROM = LocalDate.of(2026, 3, 1);
  private static final int HEAP_LOOKS = 8;
  private static final String OURS = "Offstage";
  private static final String RATE = "events/s";

  private final int events;
  private final Report report = new Report("batch");

  private BatchBench(int events) {
    this.events = events;
  }

  public static void main(String[] arguments) {
    Launch.run(new BatchCommand(), arguments);
  }

  @Command(
      name = "ops/bench batch",
      mixinStandardHelpOptions = true,
      description = {
        "The batch rollup beside one SQL statement that counts the same; then the batch export of"
            + " the",
        "same events, as CSV and as Parquet."
      })
  private static final class BatchCommand implements Callable<Integer> {
    @Option(
        names = "--events",
        defaultValue = "5000000",
        description = "how many (default: ${DEFAULT-VALUE})")
    private int events;

    @Option(names = "--quick", description = "a look: 200,000 events")
    private boolean quick;

    @Option(names = "--json", description = "writes all figures to that file")
    private @Nullable Path json;

    @Override
    public Integer call() throws Exception {
      var bench = new BatchBench(quick ? 200_000 : events);
      try (var context = scheduler()) {
        bench.run(context);
      }
      bench.report.compare(OURS);
      bench.report.finish(json);
      return 0;
    }
  }

  private static ConfigurableApplicationContext scheduler() throws IOException {
    var properties = new LinkedHashMap<>(Servers.shared().springProperties(true, false));
    properties.put("logging.level.root", "error");
    properties.put("spring.datasource.hikari.data-source-properties.socketTimeout", "3600");
    properties.put("offstage.blob.directory", Files.createTempDirectory("blobs").toString());
    return OffstageApplication.of(SchedulerApplication.class)
        .web(WebApplicationType.NONE)
        .run(
            properties.entrySet().stream()
                .map(each -> "--" + each.getKey() + "=" + each.getValue())
                .toArray(String[]::new));
  }

  private void run(ConfigurableApplicationContext context) {
    var jdbc = context.getBean(JdbcClient.class);
    jdbc.sql("insert into tenant (id, name) values ('bench', 'Bench')").update();
    System.err.printf(Locale.ROOT, "making %,d events%n", events);
    Month.load(jdbc, events, Math.max(1, events / 50));
    jdbc.sql("vacuum (analyze)").update();
    tables(jdbc);
    warmUp(jdbc);
    System.err.println("the statement");
    double statement = seconds(() -> statement(jdbc));
    report.figures().add("roll-up", RATE, OURS, events / seconds(rollUp(context)));
    report.figures().add("roll-up", RATE, "one statement", events / statement);
    report.figures().expect("roll-up", RATE, "in 1.5 times the statement's time");
    check(jdbc);
    report.note(
        "%,d events of %d days, one tenant; both have counted the same.".formatted(events, DAYS));
    export(context, "csv");
    export(context, "parquet");
  }

  private BatchRun rollUp(ConfigurableApplicationContext context) {
    return batch(context, "rollup", "rollup", Map.of());
  }

  private void export(ConfigurableApplicationContext context, String format) {
    var what = "export as " + format;
    var run = batch(context, what, "export", Map.of("format", format));
    double megabytes = run.figures().getOrDefault("bytes", 0L) / 1e6;
    if (run.figures().getOrDefault("rows", 0L) != events / DAYS * (long) DAYS) {
      throw new IllegalStateException("export wrote " + run.figures());
    }
    report.figures().add(what, "MB", OURS, megabytes);
    report.figures().add(what, "MB/s", OURS, megabytes / seconds(run));
    report.figures().add(what, "rows/s", OURS, events / seconds(run));
  }

  private static void tables(JdbcClient jdbc) {
    for (var table : new String[] {"count", "active", "actor", "step"}) {
      jdbc.sql("create table bench_%s (like rollup_%s including all)".formatted(table, table))
          .update();
    }
    jdbc.sql("create table bench_schema (like event_schema including all)").update();
    jdbc.sql("create table bench_unique (like rollup_sketch including all)").update();
    jdbc.sql("alter table bench_unique drop column sketch, add column persons bigint").update();
  }

  private static void warmUp(JdbcClient jdbc) {
    jdbc.sql("select count(properties) from event").query(Long.class).single();
  }

  /** What rollup writes, but uniques exact where a sketch is kept. */
  private static void statement(JdbcClient jdbc) {
    jdbc.sql(
            """
            with counts as (
              insert into bench_count (tenant, slot, app, type, name, platform, app_version, events)
              select tenant, date_bin('15 minutes', occurred_at, '2026-03-01Z'), app, type,
                coalesce(name, ''), coalesce(platform, ''), coalesce(app_version, ''), count(*)
              from event group by 1, 2, 3, 4, 5, 6, 7),
            active as (
              insert into bench_active (tenant, day, app, actor, slots)
              select tenant, (occurred_at at time zone 'UTC')::date, app,
                event_actor('user', user_id),
                bit_or(b'1'::bit(96) >> (extract(epoch from occurred_at)::bigint % 86400 / 900)::integer)
              from event group by 1, 2, 3, 4),
            actors as (
              insert into bench_actor (tenant, actor, app, first_at)
              select tenant, event_actor('user', user_id), app, min(occurred_at)
              from event group by 1, 2, 3),
            steps as (
              insert into bench_step (tenant, type, name, hour, app, actor, times)
              select tenant, type, coalesce(name, ''), date_trunc('hour', occurred_at), app,
                event_actor('user', user_id),
                (array_agg((extract(epoch from occurred_at - date_trunc('hour', occurred_at))
                  * 1000)::integer order by occurred_at))[1:(256)]
              from event group by 1, 2, 3, 4, 5, 6),
            uniques as (
              insert into bench_unique (tenant, hour, dimension, app, value, persons)
              select tenant, hour, dimension, app, value, count(distinct person)
              from (
                select distinct e.tenant, date_trunc('hour', occurred_at) as hour, d.dimension, app,
                  d.value, event_actor('user', user_id) as person
                from event e cross join lateral (values
                  ('all', ''), ('event', e.name), ('platform', e.platform),
                  ('version', e.app_version)) as d(dimension, value)) p
              group by 1, 2, 3, 4, 5)
            insert into bench_schema
            select tenant, app, type, name, property, kind, min(received_at), max(received_at)
            from (
              select tenant, app, type, name, received_at, '' as property, 'event' as kind from event
              union all
              select e.tenant, e.app, e.type, e.name, e.received_at, p.key, jsonb_typeof(p.value)
              from event e cross join lateral jsonb_each(e.properties) p) each
            group by 1, 2, 3, 4, 5, 6
            """)
        .update();
  }

  private BatchRun batch(
      ConfigurableApplicationContext context, String what, String batch, Map<String, String> more) {
    System.err.println(what);
    var batches = context.getBean(Batches.class);
    var parameters =
        new LinkedHashMap<>(
            Map.of(
                "tenant", "bench",
                "from", FROM.toString(),
                "to", FROM.plusDays(DAYS - 1L).toString()));
    parameters.putAll(more);
    long execution = batches.start(batch, parameters, StartMode.AGAIN, "ops/bench");
    int looks = 0;
    while (true) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
      var run = batches.find(execution).orElseThrow();
      if (!run.state().isLive()) {
        return completed(run);
      }
      if (run.total() > 0 && looks < HEAP_LOOKS && run.done() * HEAP_LOOKS >= looks * run.total()) {
        report
            .figures("heap in use")
            .add(what, "MiB", looks + " of " + HEAP_LOOKS, heapAfterCollection());
        looks++;
      }
    }
  }

  private static BatchRun completed(BatchRun run) {
    if (run.state() != BatchState.COMPLETED) {
      throw new IllegalStateException("it ended as " + run);
    }
    return run;
  }

  private static double seconds(BatchRun run) {
    return Objects.requireNonNull(run.duration()).toMillis() / 1e3;
  }

  private static double heapAfterCollection() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / 1048576.0;
  }

  /** Both must have counted the same, or their times mean nothing. */
  private static void check(JdbcClient jdbc) {
    for (var table : new String[] {"count", "active", "actor", "step"}) {
      long differing =
          jdbc.sql(
                  """
                  select count(*) from (
                    (table bench_%1$s except table rollup_%1$s)
                    union all (table rollup_%1$s except table bench_%1$s)) d
                  """
                      .formatted(table))
              .query(Long.class)
              .single();
      if (differing != 0) {
        throw new IllegalStateException("rollup_%s differs in %d rows".formatted(table, differing));
      }
    }
  }

  private static double seconds(Runnable work) {
    long from = System.nanoTime();
    work.run();
    return (System.nanoTime() - from) / 1e9;
  }
}
