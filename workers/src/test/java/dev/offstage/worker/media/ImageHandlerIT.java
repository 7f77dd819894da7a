package dev.offstage.worker.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offstage.blob.BlobKey;
import dev.offstage.blob.FileBlobStore;
import dev.offstage.job.JobId;
import dev.offstage.job.Outcome;
import dev.offstage.servers.Servers;
import dev.offstage.worker.handler.ClaimLostException;
import dev.offstage.worker.handler.TestContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.Executors;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ImageHandlerIT {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private static DriverManagerDataSource database;
  private static JdbcClient jdbc;
  private static TransactionTemplate transactions;

  @TempDir Path directory;
  private FileBlobStore blobs;
  private ImageHandler handler;

  @BeforeAll
  static void migrate() {
    database = new DriverManagerDataSource(Servers.shared().postgresUrl());
    Flyway.configure().dataSource(database).load().migrate();
    jdbc = JdbcClient.create(database);
    transactions = new TransactionTemplate(new DataSourceTransactionManager(database));
    jdbc.sql("insert into tenant (id, name) values ('acme', 'Acme'), ('other', 'Other')").update();
  }

  @BeforeEach
  void open() throws IOException {
    blobs = new FileBlobStore(directory, InstantSource.system());
    var properties = Samples.properties();
    handler =
        new ImageHandler(
            ImageEngine.of(properties),
            new Wishes(properties),
            new OriginalReader(blobs, 50_000),
            new ImageAssets(jdbc),
            blobs,
            JSON);
  }

  @AfterEach
  void close() throws IOException {
    blobs.close();
  }

  @Test
  void photoBecomesItsVariants() throws Exception {
    var asset = asset("scene.jpg");
    var context = context(1);

    var result = completed(handler.run(new ImageWork(asset, null), context));

    assertThat(result.get("asset").asString()).isEqualTo(asset.toString());
    assertThat(result.get("width").asInt()).isEqualTo(480);
    assertThat(result.get("height").asInt()).isEqualTo(360);
    assertThat(result.get("blurhash").asString()).startsWith("U");
    assertThat(result.get("thumbhash").asString()).isNotEmpty();
    assertThat(result.get("dominantColor").asString()).matches("#[0-9a-f]{6}");
    assertThat(result.get("variants").size()).isEqualTo(6);
    for (var variant : result.get("variants")) {
      var row = row(asset, variant.get("name").asString(), variant.get("format").asString());
      assertThat(Files.size(directory.resolve(row.blobKey())))
          .isEqualTo(row.byteSize())
          .isEqualTo(variant.get("byteSize").asLong());
      assertThat(variant.get("width").asInt())
          .isEqualTo(row.width())
          .isEqualTo(Math.min(480, Integer.parseInt(row.name())));
    }
    assertThat(ready(asset)).isTrue();
    assertThat(context.lines).contains("decoded", "1 of 6 variants", "6 of 6 variants");
    assertThat(context.fractions).isSorted().allMatch(f -> f > 0 && f <= 1);
  }

  @Test
  void anotherRunAfterTheCommitCompletesAlike() throws Exception {
    var asset = asset("scene.jpg");
    var job = TestContext.job();
    var died = context(job, 1);
    died.afterCommit =
        () -> {
          throw new AssertionError("killed");
        };
    assertThatThrownBy(() -> handler.run(new ImageWork(asset, null), died)).hasMessage("killed");
    var blobsThen = variantBlobs();

    var result = completed(handler.run(new ImageWork(asset, null), context(job, 2)));

    assertThat(result.get("variants").size()).isEqualTo(6);
    assertThat(result)
        .isEqualTo(completed(handler.run(new ImageWork(asset, null), context(job, 3))));
    assertThat(variantBlobs()).isEqualTo(blobsThen).hasSize(6);
  }

  @Test
  void deathBeforeTheCommitLeavesNothingVisibleAndTheNextClaimTidiesUp() throws Exception {
    var asset = asset("scene.jpg");
    var job = TestContext.job();
    var died = context(job, 1);
    died.beforeCommit =
        () -> {
          throw new AssertionError("killed");
        };
    assertThatThrownBy(() -> handler.run(new ImageWork(asset, null), died)).hasMessage("killed");
    assertThat(rows(asset)).isEmpty();
    assertThat(ready(asset)).isFalse();
    assertThat(variantBlobs()).hasSize(6);

    completed(handler.run(new ImageWork(asset, null), context(job, 2)));

    assertThat(variantBlobs()).hasSize(6).allMatch(path -> path.contains(job + "-2/"));
    assertThat(rows(asset)).hasSize(6);
  }

  @Test
  void lostClaimLeavesNothing() throws Exception {
    var asset = asset("scene.jpg");
    var job = TestContext.job();
    var lost = context(job, 1);
    lost.beforeCommit =
        () -> {
          throw new ClaimLostException(job);
        };

    assertThatThrownBy(() -> handler.run(new ImageWork(asset, null), lost))
        .isInstanceOf(ClaimLostException.class);

    assertThat(rows(asset)).isEmpty();
    assertThat(variantBlobs()).isEmpty();
  }

  @Test
  void deletedAssetCancelsWheneverItIsDeleted() throws Exception {
    var before = asset("scene.jpg");
    delete(before);
    assertThat(handler.run(new ImageWork(before, null), context(1)))
        .isInstanceOf(Outcome.Cancel.class);

    var during = asset("scene.jpg");
    var context = context(1);
    context.beforeCommit = () -> delete(during);
    assertThat(handler.run(new ImageWork(during, null), context))
        .isInstanceOf(Outcome.Cancel.class);

    assertThat(rows(during)).isEmpty();
    assertThat(variantBlobs()).isEmpty();
  }

  @Test
  void avifIsMadeOnDemandAndTheRestStays() throws Exception {
    var asset = asset("scene.heic");
    completed(handler.run(new ImageWork(asset, null), context(1)));
    var before = rows(asset);
    var wish = List.of(new ImageWork.Variant("256", "avif"), new ImageWork.Variant("256", "avif"));

    var result = completed(handler.run(new ImageWork(asset, wish), context(1)));

    assertThat(result.get("variants").size()).isEqualTo(1);
    assertThat(result.get("variants").get(0).get("format").asString()).isEqualTo("avif");
    assertThat(result.get("width").asInt()).isEqualTo(480);
    assertThat(rows(asset)).hasSize(7).containsAll(before);
    assertThat(variantBlobs()).hasSize(7);
  }

  @Test
  void twoJobsAtOnceOnOneAssetAgree() throws Exception {
    var asset = asset("scene.jpg");
    try (var threads = Executors.newFixedThreadPool(4)) {
      var runs =
          threads.invokeAll(
              List.of(1, 2, 3, 4).stream()
                  .<java.util.concurrent.Callable<Outcome>>map(
                      i -> () -> handler.run(new ImageWork(asset, null), context(1)))
                  .toList());
      for (var run : runs) {
        completed(run.get());
      }
    }

    assertThat(rows(asset)).hasSize(6);
    assertThat(variantBlobs())
        .containsExactlyInAnyOrderElementsOf(
            rows(asset).stream().map(ImageAssets.Variant::blobKey).toList());
  }

  @Test
  void nobodyReachesAnAssetOfAnother() throws Exception {
    var asset = asset("scene.jpg");
    var stranger = context(1);
    stranger.owner = "mallory";

    assertDiscarded(handler.run(new ImageWork(asset, null), stranger), "asset-unknown");
    assertDiscarded(
        handler.run(new ImageWork(UUID.randomUUID(), null), context(1)), "asset-unknown");
    assertDiscarded(
        handler.run(new ImageWork(asset("other", "ann", "scene.jpg"), null), context(1)),
        "asset-unknown");

    var owner = context(1);
    owner.owner = "ann";
    completed(handler.run(new ImageWork(asset, null), owner));
  }

  @Test
  void whatCannotSucceedIsDiscardedWithItsReason() throws Exception {
    var asset = asset("scene.jpg");
    var large = List.of(new ImageWork.Variant("huge", "jpeg"));
    var bmp = List.of(new ImageWork.Variant("256", "bmp"));

    assertDiscarded(handler.run(new ImageWork(asset, large), context(1)), "unknown-preset");
    assertDiscarded(handler.run(new ImageWork(asset, bmp), context(1)), "unknown-format");
    assertDiscarded(
        handler.run(new ImageWork(asset(new byte[60_000]), null), context(1)), "image-too-large");
    assertDiscarded(
        handler.run(new ImageWork(asset(new byte[0]), null), context(1)), "image-empty");
    assertDiscarded(
        handler.run(new ImageWork(asset(Bombs.png(20_000, 20_000)), null), context(1)),
        "image-too-large");

    blobs.delete(new BlobKey("upload/" + asset));
    assertDiscarded(handler.run(new ImageWork(asset, null), context(1)), "original-missing");
    assertThat(rows(asset)).isEmpty();
    assertThat(variantBlobs()).isEmpty();
  }

  @Test
  void interruptionEndsTheAttemptAndLeavesNothing() throws Exception {
    var asset = asset("scene.jpg");
    var context =
        new RecordingContext(transactions, TestContext.job(), 1) {
          @Override
          public void progress(double fraction, String note) {
            if (note.startsWith("3 of")) {
              Thread.currentThread().interrupt();
            }
          }
        };

    assertThatThrownBy(() -> handler.run(new ImageWork(asset, null), context))
        .isInstanceOf(InterruptedException.class);

    assertThat(Thread.interrupted()).isFalse();
    assertThat(variantBlobs()).isEmpty();
  }

  @Test
  void payloadsAreReadAsTheyAreWritten() {
    var asset = UUID.randomUUID();
    assertThat(JSON.readValue("{\"asset\":\"" + asset + "\"}", ImageWork.class))
        .isEqualTo(new ImageWork(asset, null));
    assertThat(
            JSON.readValue(
                "{\"asset\":\"%s\",\"variants\":[{\"preset\":\"1024\",\"format\":\"avif\"}]}"
                    .formatted(asset),
                ImageWork.class))
        .isEqualTo(new ImageWork(asset, List.of(new ImageWork.Variant("1024", "avif"))));
    assertThatThrownBy(() -> JSON.readValue("{}", ImageWork.class)).hasMessageContaining("asset");
  }

  private static JsonNode completed(Outcome outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Complete.class);
    return JSON.readTree(((Outcome.Complete) outcome).result());
  }

  private static void assertDiscarded(Outcome outcome, String reason) {
    assertThat(outcome)
        .isInstanceOfSatisfying(
            Outcome.Discard.class, d -> assertThat(d.failure().reason()).isEqualTo(reason));
  }

  private static RecordingContext context(int claimNo) {
    return context(TestContext.job(), claimNo);
  }

  private static RecordingContext context(JobId job, int claimNo) {
    return new RecordingContext(transactions, job, claimNo);
  }

  private UUID asset(String sample) throws IOException {
    return asset("acme", "ann", sample);
  }

  private UUID asset(String tenant, String owner, String sample) throws IOException {
    return asset(tenant, owner, Samples.read(sample));
  }

  private UUID asset(byte[] original) throws IOException {
    return asset("acme", "ann", original);
  }

  private UUID asset(String tenant, String owner, byte[] original) throws IOException {
    var id = UUID.randomUUID();
    var key = new BlobKey("upload/" + id);
    blobs.put(key, original);
    jdbc.sql(
            """
            insert into asset (id, tenant, owner, blob_key, byte_size, media_type)
            values (?, ?, ?, ?, ?, 'image/jpeg')
            """)
        .params(id, tenant, owner, key.path(), original.length)
        .update();
    return id;
  }

  private static void delete(UUID asset) {
    jdbc.sql("update asset set deleted_at = now() where id = ?").params(asset).update();
  }

  private static boolean ready(UUID asset) {
    return jdbc.sql("select ready_at is not null from asset where id = ?")
        .params(asset)
        .query(Boolean.class)
        .single();
  }

  private static List<ImageAssets.Variant> rows(UUID asset) {
    return new ImageAssets(jdbc).variants(asset);
  }

  private static ImageAssets.Variant row(UUID asset, String name, String format) {
    return rows(asset).stream()
        .filter(v -> v.name().equals(name) && v.format().equals(format))
        .findFirst()
        .orElseThrow();
  }

  private TreeSet<String> variantBlobs() {
    var top = directory.resolve("variant");
    var found = new TreeSet<String>();
    if (Files.exists(top)) {
      try (var files = Files.walk(top)) {
        files
            .filter(Files::isRegularFile)
            .forEach(file -> found.add(directory.relativize(file).toString()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return found;
  }
}
