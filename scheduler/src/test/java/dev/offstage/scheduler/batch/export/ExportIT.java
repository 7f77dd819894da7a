package dev.offstage.scheduler.batch.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.offstage.blob.BlobKey;
import dev.offstage.scheduler.batch.BatchRefusedException;
import dev.offstage.scheduler.batch.BatchRun;
import dev.offstage.scheduler.batch.StartMode;
import dev.offstage.scheduler.batch.TestScheduler;
import dev.offstage.scheduler.batch.artifact.BatchFile;
import dev.offstage.scheduler.batch.artifact.BatchFiles;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.batch.infrastructure.item.Chunk;
import org.springframework.batch.infrastructure.item.ExecutionContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ExportIT {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final TestScheduler scheduler = TestScheduler.shared();
  private static final int EVENTS = 30_000;

  @BeforeAll
  static void writeEvents() {
    scheduler.tenant("exporter");
    scheduler.tenant("other-exporter");
    writeEvents("exporter", EVENTS, "2026-03-01");
    writeEvents("exporter", 7, "2026-03-02");
    writeEvents("other-exporter", 10, "2026-03-01");
  }

  private static void writeEvents(String tenant, int count, String day) {
    scheduler
        .jdbc()
        .sql("select ensure_event_days(array[?::date])")
        .param(day)
        .query((row, n) -> 1)
        .list();
    scheduler
        .jdbc()
        .sql(
            """
            insert into event (id, tenant, app, write_key, type, name, message_id, user_id,
              occurred_at, received_at, clamped, properties)
            select md5(:tenant || :day || g)::uuid, :tenant, 'shop', gen_random_uuid(), 'track',
              'Viewed, "again"', 'm' || g, 'u' || g % 100,
              :day::timestamptz + g % 1440 * interval '1 minute', now(), false,
              jsonb_build_object('sku', 'a-' || g, 'text', repeat(md5(g::text), 4))
            from generate_series(1, :count) g
            """)
        .param("tenant", tenant)
        .param("day", day)
        .param("count", count)
        .update();
  }

  private static BatchRun export(String format, String from, String to) {
    return scheduler.completed(
        "export",
        Map.of(
            "tenant", "exporter", "from", from, "to", to, "format", format, "fileMegabytes", "1"));
  }

  private static JsonNode manifest(BatchRun run) {
    return JSON.readTree(scheduler.bytes("export/" + scheduler.instance(run) + "/manifest.json"));
  }

  @ParameterizedTest
  @EnumSource(Format.class)
  void everyEventOfTheDaysIsInOneOfTheFilesWhichAreAsTheManifestSays(Format format)
      throws Exception {
    var run = export(format.text(), "2026-03-01", "2026-03-02");
    var manifest = manifest(run);

    assertThat(manifest.path("rows").asLong()).isEqualTo(EVENTS + 7);
    assertThat(run.figures()).containsEntry("rows", EVENTS + 7L);
    assertThat(manifest.path("columns")).hasSize(Dataset.EVENTS.columns().size());
    long bytes = 0;
    for (var file : manifest.path("files")) {
      var content = scheduler.bytes(file.path("blob").asString());
      assertThat(content).hasSize(file.path("bytes").asInt());
      assertThat(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content)))
          .isEqualTo(file.path("sha256").asString());
      bytes += content.length;
    }
    assertThat(manifest.path("bytes").asLong()).isEqualTo(bytes);
    assertThat(manifest.path("files").size()).as("cut at a size").isGreaterThan(2);

    assertThat(askFiles(run, format, "count(*), count(distinct id), min(occurred_at)::varchar"))
        .startsWith((EVENTS + 7) + "|" + (EVENTS + 7) + "|2026-03-01");
    assertThat(askFiles(run, format, "sum(length(properties)), count(distinct user_id)"))
        .isEqualTo(
            scheduler
                .jdbc()
                .sql(
                    """
                    select sum(length(properties::text)) || '|' || count(distinct user_id)
                    from event where tenant = 'exporter' and occurred_at >= '2026-03-01Z'
                      and occurred_at < '2026-03-03Z'
                    """)
                .query(String.class)
                .single());
  }

  /** What DuckDB reads from the files. */
  private static String askFiles(BatchRun run, Format format, String question) throws SQLException {
    var glob =
        scheduler.directory().resolve("export/" + scheduler.instance(run)) + "/*." + format.text();
    var source = format == Format.CSV ? "read_csv('%s', header=true)" : "read_parquet('%s')";
    try (var connection = DriverManager.getConnection("jdbc:duckdb:");
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery("select " + question + " from " + source.formatted(glob))) {
      rows.next();
      var text = new StringBuilder(String.valueOf(rows.getString(1)));
      for (int i = 2; i <= rows.getMetaData().getColumnCount(); i++) {
        text.append('|').append(rows.getString(i));
      }
      return text.toString();
    }
  }

  @Test
  void theSumsAreSuchAsSha256sumChecks() throws Exception {
    var run = export("csv", "2026-03-02", "2026-03-02");
    var folder = scheduler.directory().resolve("export/" + scheduler.instance(run));
    assertThat(Files.readString(folder.resolve("sha256sums.txt"))).hasLineCount(1);
    var check =
        new ProcessBuilder("sha256sum", "--check", "sha256sums.txt")
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    assertThat(new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .contains(": OK");
    assertThat(check.waitFor()).isZero();
  }

  @Test
  void jobsAreExportedByTheDayOnWhichTheyWereEnqueued() throws Exception {
    var today = LocalDate.ofInstant(now(), ZoneOffset.UTC);
    scheduler
        .jdbc()
        .sql(
            """
            insert into job (id, tenant, kind, pool, priority, state, outcome, due_at, ended_at,
              max_attempts, payload, result, timeout, tags)
            select (lpad(to_hex((extract(epoch from now()) * 1000)::bigint), 12, '0') || '7'
                || substr(md5(t.id || g), 1, 19))::uuid,
              t.id, 'app.work', 'default', 1, 'completed', 'completed', null, now(), 3,
              jsonb_build_object('n', g), '{"ok": true}', '1 minute', array['a', 'b']
            from generate_series(1, 5000) g,
              (values ('exporter'), ('other-exporter')) as t(id)
            """)
        .update();
    var run =
        scheduler.completed(
            "export",
            Map.of(
                "dataset",
                "jobs",
                "tenant",
                "exporter",
                "from",
                today.toString(),
                "to",
                today.toString(),
                "format",
                "parquet"));
    assertThat(askFiles(run, Format.PARQUET, "count(*), count(distinct id), min(tags)"))
        .isEqualTo("5000|5000|[\"a\",\"b\"]");
  }

  private static Instant now() {
    return scheduler.jdbc().sql("select now()").query(OffsetDateTime.class).single().toInstant();
  }

  @Test
  void aDayWithoutEventsMakesNoFile() {
    var manifest = manifest(export("csv", "2019-01-01", "2019-01-02"));
    assertThat(manifest.path("files")).isEmpty();
    assertThat(manifest.path("rows").asLong()).isZero();
  }

  @Test
  void whatMakesNoSenseIsRefused() {
    assertThatThrownBy(
            () ->
                scheduler
                    .batches()
                    .start(
                        "export",
                        Map.of(
                            "tenant",
                            "exporter",
                            "from",
                            "2026-03-01",
                            "to",
                            "2026-03-02",
                            "format",
                            "xlsx"),
                        StartMode.AGAIN,
                        "test"))
        .isInstanceOf(BatchRefusedException.class)
        .hasMessageContaining("csv, parquet");
  }

  // Killed ----------------------------------------------------------------------------------------

  /** One who reads and writes, chunk by chunk, as a step does. */
  private static final class Part {
    private final SliceReader reader;
    private final FileWriter writer;
    private ExecutionContext context;

    Part(FileSpec spec, ExecutionContext context) {
      this.context = context;
      reader = new SliceReader(spec.dataset().rows(scheduler.db(), spec.slice()));
      writer = new FileWriter(scheduler.blobs(), new BatchFiles(scheduler.db()), spec);
      reader.open(context);
      writer.open(context);
    }

    Part uncommitted() {
      context = new ExecutionContext(context);
      return this;
    }

    /** Whether there is more. */
    boolean chunk() throws Exception {
      var chunk = new Chunk<Row>();
      @Nullable Row row = null;
      while (chunk.size() < 500 && (row = reader.read()) != null) {
        chunk.add(row);
      }
      writer.write(chunk);
      reader.update(context);
      writer.update(context);
      return row != null;
    }
  }

  private static List<BatchFile> files(long run) {
    return new BatchFiles(scheduler.db()).of(run, "", 1_000);
  }

  private static FileSpec spec(long run, Format format) {
    var slice = new Slice("exporter", LocalDate.parse("2026-03-01"), "99999999");
    return new FileSpec(run, Dataset.EVENTS, format, slice, 400_000, false);
  }

  @ParameterizedTest
  @EnumSource(Format.class)
  void whoGoesOnAfterAKillMakesTheFilesOfAnUndisturbedRun(Format format) throws Exception {
    long base = 1_000_000 + format.ordinal() * 10;
    var undisturbed = new Part(spec(base, format), new ExecutionContext());
    while (undisturbed.chunk()) {
      // on to the next
    }

    var context = new ExecutionContext();
    var spec = spec(base + 1, format);
    for (int kill = 1; kill <= 4; kill++) {
      var killed = new Part(spec, context);
      for (int chunk = 0; chunk < 3 + kill; chunk++) {
        killed.chunk();
      }
      // A chunk that was written, while its place was not committed.
      killed.uncommitted().chunk();
      killed.writer.close();
    }
    var last = new Part(spec, context);
    while (last.chunk()) {
      // on to the next
    }

    assertThat(files(base + 1))
        .extracting(BatchFile::name, BatchFile::rows, BatchFile::bytes, BatchFile::sha256)
        .containsExactlyElementsOf(
            files(base).stream()
                .map(file -> tuple(file.name(), file.rows(), file.bytes(), file.sha256()))
                .toList());
    assertThat(files(base)).hasSizeGreaterThan(2);
    assertThat(files(base).stream().mapToLong(file -> file.rows() == null ? 0 : file.rows()).sum())
        .isEqualTo(EVENTS);
    assertThat(scheduler.blobs().find(new BlobKey(files(base).getFirst().blob().path())))
        .isPresent();
  }

  @Test
  void whatIsWrittenAfterTheExportBeganIsInNoFile() {
    var horizon =
        scheduler
            .jdbc()
            .sql("select pg_snapshot_xmin(pg_current_snapshot())::text")
            .query(String.class)
            .single();
    writeEvents("other-exporter", 25, "2026-03-05");
    var slice = new Slice("other-exporter", LocalDate.parse("2026-03-05"), horizon);
    assertThat(Dataset.EVENTS.rows(scheduler.db(), slice).page(null)).isEmpty();
  }
}
