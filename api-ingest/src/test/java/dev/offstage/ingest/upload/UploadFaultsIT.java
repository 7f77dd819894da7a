package dev.offstage.ingest.upload;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.offstage.blob.BlobKey;
import dev.offstage.blob.FileBlobStore;
import dev.offstage.ingest.upload.RawHttp.Answer;
import dev.offstage.ingest.upload.RawHttp.Connection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What uploads survive: cut and hanging clients, dead processes, other nodes, crowds. */
class UploadFaultsIT {
  private static final String TUS = TusProtocolIT.TUS;
  private static final String CHUNK = TusProtocolIT.CHUNK;
  private static final byte[] JPEG_MAGIC = {(byte) 0xff, (byte) 0xd8, (byte) 0xff, (byte) 0xe0};

  private static TestIngest ingest;

  @BeforeAll
  static void start() throws IOException {
    ingest =
        new TestIngest(
            Map.of(
                "server.tomcat.connection-timeout", "6s",
                "offstage.upload.max-open", "300",
                "offstage.upload.tenants.umbrella.types", "image/*",
                "offstage.upload.tenants.umbrella.max-size", "1MB"));
  }

  @AfterAll
  static void stop() {
    ingest.close();
  }

  private static String create(long length, String... headers) {
    var all = new ArrayList<>(List.of(TUS, "Upload-Length: " + length));
    all.addAll(List.of(headers.length == 0 ? new String[] {ingest.anna} : headers));
    var answer = ingest.http.send("POST", "/files", all.toArray(String[]::new));
    assertThat(answer.status()).as(answer.toString()).isEqualTo(201);
    return answer.path();
  }

  private static UUID id(String path) {
    return UUID.fromString(path.replaceFirst(".*/", ""));
  }

  private static Answer head(String path) {
    return ingest.http.send("HEAD", path, TUS);
  }

  private static Answer patch(String path, long offset, byte[] bytes) {
    return ingest.http.send(
        "PATCH",
        path,
        bytes,
        TUS,
        CHUNK,
        "Upload-Offset: " + offset,
        "Content-Length: " + bytes.length);
  }

  /** Sends {@code bytes} of a longer chunk, and waits until they are in the blob. */
  private static Connection hang(String path, String bytes, String... headers) throws IOException {
    var all = new ArrayList<>(List.of(TUS, CHUNK, "Upload-Offset: 0", "Content-Length: 1000"));
    all.addAll(List.of(headers));
    var connection = ingest.http.open("PATCH", path, all.toArray(String[]::new));
    connection.write(bytes.getBytes(UTF_8));
    var blob = ingest.blobOf(id(path));
    await().until(() -> Files.exists(blob) && Files.size(blob) == bytes.length());
    return connection;
  }

  private static Upload row(String path) {
    return ingest.bean(UploadStore.class).find(id(path)).orElseThrow();
  }

  private static long count(String sql, Object parameter) {
    return ingest.jdbc().sql(sql).param(parameter).query(Long.class).single();
  }

  // Clients
  // ----------------------------------------------------------------------------------------

  @Test
  void whatArrivedBeforeTheConnectionWasCutIsKept() throws IOException {
    var path = create(1000);
    hang(path, "a".repeat(400)).close();
    await().until(() -> row(path).received() == 400);
    assertThat(head(path).offset()).isEqualTo("400");
    assertThat(patch(path, 400, "b".repeat(600).getBytes(UTF_8)).header("Offstage-Asset"))
        .isPresent();
    assertThat(Files.readString(ingest.blobOf(id(path))))
        .isEqualTo("a".repeat(400) + "b".repeat(600));
  }

  @Test
  void ofAChunkWithAChecksumThatWasCutNothingIsKept() throws IOException {
    var path = create(1000);
    hang(path, "a".repeat(400), "Upload-Checksum: sha1 " + TusProtocolIT.digest("SHA-1", "x"))
        .close();
    await().until(() -> Files.size(ingest.blobOf(id(path))) == 0);
    assertThat(head(path).offset()).isEqualTo("0");
  }

  @Test
  void headEndsAStaleRequestAndTellsWhatItBrought() throws IOException {
    var path = create(1000);
    try (var stale = hang(path, "a".repeat(400))) {
      long from = System.nanoTime();
      var answer = head(path);
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.offset()).isEqualTo("400");
      assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(Duration.ofSeconds(5));
      assertThat(stale.answer().status()).isEqualTo(423);
      assertThat(patch(path, 400, new byte[600]).header("Offstage-Asset")).isPresent();
    }
  }

  @Test
  void aNewerChunkEndsAStaleRequest() throws IOException {
    var path = create(1000);
    try (var stale = hang(path, "a".repeat(400))) {
      assertThat(patch(path, 400, new byte[600]).status()).isEqualTo(204);
      assertThat(stale.answer().status()).isEqualTo(423);
    }
  }

  @Test
  void deletionEndsAStaleRequest() throws IOException {
    var path = create(1000);
    try (var stale = hang(path, "a".repeat(400))) {
      assertThat(ingest.http.send("DELETE", path, TUS, ingest.anna).status()).isEqualTo(204);
      assertThat(stale.answer().status()).isEqualTo(423);
      assertThat(ingest.blobOf(id(path))).doesNotExist();
    }
  }

  @Test
  void aRequestThatStallsIsEndedAndWhatItBroughtIsKept() throws IOException {
    var path = create(1000);
    try (var stalled = hang(path, "a".repeat(400))) {
      await().atMost(Duration.ofSeconds(15)).until(() -> row(path).received() == 400);
      assertThat(stalled.answer().status()).isEqualTo(503);
    }
  }

  @Test
  void aLongChunkIsCommittedAsItGoes() throws IOException {
    var path = create(40_000_000);
    try (var connection =
        ingest.http.open(
            "PATCH", path, TUS, CHUNK, "Upload-Offset: 0", "Content-Length: 40000000")) {
      connection.write(new byte[30_000_000]);
      // All 30 MB at once would be the commit at its end.
      await()
          .until(
              () -> row(path).received(),
              received -> received >= 16 << 20 && received < 30_000_000);
    }
  }

  @Test
  void twoHundredUploadsAtOnceKeepTheirBytes() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var all = new ArrayList<Future<Void>>();
      for (int i = 0; i < 200; i++) {
        int seed = i;
        all.add(threads.submit(() -> uploadInChunks(seed)));
      }
      for (var each : all) {
        each.get();
      }
    }
  }

  private static Void uploadInChunks(int seed) throws IOException {
    var bytes = new byte[200_000];
    new Random(seed).nextBytes(bytes);
    var path =
        await()
            .atMost(Duration.ofMinutes(2))
            .ignoreExceptionsMatching(AssertionError.class::isInstance)
            .until(() -> create(bytes.length), Objects::nonNull);
    await()
        .atMost(Duration.ofMinutes(3))
        .until(() -> sendNext(path, bytes), offset -> offset == bytes.length);
    assertThat(Files.readAllBytes(ingest.blobOf(id(path)))).isEqualTo(bytes);
    assertThat(count("select count(*) from asset where upload_id = ?", id(path))).isEqualTo(1);
    return null;
  }

  /** As clients do: where the machine is too busy for them all, they ask where to go on, later. */
  private static int sendNext(String path, byte[] bytes) {
    var status = head(path);
    assertThat(status.status()).isIn(200, 423, 503);
    if (status.status() == 200 && !status.offset().equals(String.valueOf(bytes.length))) {
      int from = Integer.parseInt(status.offset());
      int to = Math.min(from + 50_000, bytes.length);
      assertThat(patch(path, from, Arrays.copyOfRange(bytes, from, to)).status())
          .isIn(204, 423, 503);
      return -1;
    }
    return status.status() == 200 ? bytes.length : -1;
  }

  @Test
  void aNodeThatStopsKeepsWhatArrived() throws IOException {
    try (var other = new TestIngest(Map.of())) {
      var created = other.http.send("POST", "/files", TUS, other.anna, "Upload-Length: 1000");
      var connection =
          other.http.open(
              "PATCH", created.path(), TUS, CHUNK, "Upload-Offset: 0", "Content-Length: 1000");
      connection.write(new byte[400]);
      var blob = other.blobOf(TestIngest.id(created));
      await().until(() -> Files.exists(blob) && Files.size(blob) == 400);
      var store = other.bean(UploadStore.class);
      other.bean(Receptions.class).stop();
      assertThat(store.find(TestIngest.id(created)).orElseThrow().received()).isEqualTo(400);
      assertThat(connection.answer().status()).isEqualTo(503);
      connection.close();
    }
  }

  // Other processes
  // --------------------------------------------------------------------------------

  @Test
  void anUploadThatAnotherNodeIsWritingIsBusy() throws IOException {
    var path = create(1000);
    try (var other = new FileBlobStore(ingest.blobs, InstantSource.system());
        var held = other.append(BlobKey.upload(id(path)), () -> 0)) {
      assertThat(held.position()).isZero();
      assertThat(head(path).status()).isEqualTo(423);
      assertThat(patch(path, 0, new byte[10]).status()).isEqualTo(423);
    }
    assertThat(head(path).status()).isEqualTo(200);
  }

  @Test
  void bytesThatADeadProcessWroteButNeverPromisedAreCutOff() throws IOException {
    var path = create(6);
    patch(path, 0, "abc".getBytes(UTF_8));
    Files.writeString(ingest.blobOf(id(path)), "garbage", StandardOpenOption.APPEND);
    assertThat(head(path).offset()).isEqualTo("3");
    patch(path, 3, "def".getBytes(UTF_8));
    assertThat(Files.readString(ingest.blobOf(id(path)))).isEqualTo("abcdef");
  }

  @Test
  void anUploadWhosePromisedBytesAreLostIsGivenUp() throws IOException {
    var path = create(6);
    patch(path, 0, "abc".getBytes(UTF_8));
    Files.writeString(ingest.blobOf(id(path)), "ab");
    assertThat(head(path).status()).isEqualTo(410);
    assertThat(ingest.blobOf(id(path))).doesNotExist();
  }

  // The finish
  // -------------------------------------------------------------------------------------

  /** As a process leaves it that dies between the last byte's commit and the finish. */
  private static String wholeButUnfinished() throws IOException {
    var path = create(JPEG_MAGIC.length);
    Files.write(ingest.blobOf(id(path)), JPEG_MAGIC);
    assertThat(ingest.bean(UploadStore.class).received(id(path), 0, JPEG_MAGIC.length)).isPresent();
    return path;
  }

  private static void assertOneAssetWithOneJob(String path) {
    var upload = row(path);
    assertThat(upload.state()).isEqualTo(Upload.State.COMPLETE);
    assertThat(count("select count(*) from asset where upload_id = ?", upload.id())).isEqualTo(1);
    assertThat(
            count(
                "select count(*) from job where payload->>'asset' in"
                    + " (select id::text from asset where upload_id = ?)",
                upload.id()))
        .isEqualTo(1);
    assertThat(count("select count(*) from job where id = ?::uuid", String.valueOf(upload.job())))
        .isEqualTo(1);
  }

  @Test
  void theNextRequestFinishesWhatADeadProcessLeft() throws IOException {
    var byHead = wholeButUnfinished();
    var answer = head(byHead);
    assertThat(answer.header("Offstage-Asset")).isPresent();
    assertThat(answer.header("Offstage-Job")).isPresent();
    assertOneAssetWithOneJob(byHead);
    var byPatch = wholeButUnfinished();
    assertThat(patch(byPatch, 4, new byte[0]).header("Offstage-Job")).isPresent();
    assertOneAssetWithOneJob(byPatch);
  }

  @Test
  void theSweepFinishesWhatADeadProcessLeft() throws IOException {
    var path = wholeButUnfinished();
    ingest.bean(UploadSweep.class).sweep();
    assertOneAssetWithOneJob(path);
  }

  @Test
  void manyWhoFinishAtOnceFinishOnce() throws Exception {
    var path = wholeButUnfinished();
    var upload = row(path);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<Upload> finish = () -> ingest.bean(UploadFinish.class).finish(upload);
      for (var each : threads.invokeAll(Collections.nCopies(16, finish))) {
        assertThat(each.get().state()).isEqualTo(Upload.State.COMPLETE);
      }
    }
    assertOneAssetWithOneJob(path);
  }

  @Test
  void withoutItsJobThereIsNoAssetEither() throws IOException {
    var path = create(JPEG_MAGIC.length);
    ingest.jdbc().sql("alter table job rename to job_away").update();
    try {
      assertThat(patch(path, 0, JPEG_MAGIC).status()).isGreaterThanOrEqualTo(500);
      assertThat(count("select count(*) from asset where upload_id = ?", id(path))).isZero();
      assertThat(row(path).state()).isEqualTo(Upload.State.OPEN);
    } finally {
      ingest.jdbc().sql("alter table job_away rename to job").update();
    }
    assertThat(head(path).header("Offstage-Job")).isPresent();
    assertOneAssetWithOneJob(path);
  }

  @Test
  void bytesThatNobodyWorksOnAreAPlainAssetThatIsReady() {
    var path =
        create(5, ingest.anna, "Upload-Metadata: filename YS5qcGc=,filetype aW1hZ2UvanBlZw==");
    var answer = patch(path, 0, "hello".getBytes(UTF_8));
    assertThat(answer.header("Offstage-Job")).isEmpty();
    var asset =
        ingest
            .jdbc()
            .sql(
                "select media_type, filename, owner, ready_at is not null as ready from asset"
                    + " where upload_id = ?")
            .param(id(path))
            .query()
            .singleRow();
    assertThat(asset)
        .containsEntry("media_type", "text/plain")
        .containsEntry("filename", "a.jpg")
        .containsEntry("owner", "anna")
        .containsEntry("ready", true);
  }

  // Limits and expiry
  // ------------------------------------------------------------------------------

  @Test
  void aTypeThatTheTenantDoesNotTakeIsRefusedAndItsBytesGo() {
    var path = create(5, ingest.stranger);
    var answer = patch(path, 0, "hello".getBytes(UTF_8));
    assertThat(answer.status()).isEqualTo(415);
    assertThat(answer.body()).contains("text/plain");
    assertThat(head(path).status()).isEqualTo(410);
    assertThat(ingest.blobOf(id(path))).doesNotExist();
  }

  @Test
  void aTypeThatTheTenantDoesNotTakeIsRefusedAsSoonAsItShows() {
    var path = create(1_000_000, ingest.stranger);
    assertThat(patch(path, 0, "a".repeat(100_000).getBytes(UTF_8)).status()).isEqualTo(415);
    var image = create(4, ingest.stranger);
    assertThat(patch(image, 0, JPEG_MAGIC).status()).isEqualTo(204);
  }

  @Test
  void aTenantsOwnMaximumCounts() {
    var answer = ingest.http.send("POST", "/files", TUS, ingest.stranger, "Upload-Length: 1048577");
    assertThat(answer.status()).isEqualTo(413);
    assertThat(create(1_048_577)).isNotEmpty();
  }

  @Test
  void aTenantHasOnlySoManyOpenUploads() throws IOException {
    try (var small = new TestIngest(Map.of("offstage.upload.max-open", "2"))) {
      for (int expected : new int[] {201, 201, 429}) {
        var answer = small.http.send("POST", "/files", TUS, small.anna, "Upload-Length: 1");
        assertThat(answer.status()).isEqualTo(expected);
        assertThat(answer.header("Retry-After").isPresent()).isEqualTo(expected == 429);
      }
      assertThat(
              small.http.send("POST", "/files", TUS, small.stranger, "Upload-Length: 1").status())
          .isEqualTo(201);
    }
  }

  private static void expire(String path) {
    ingest
        .jdbc()
        .sql("update upload set expires_at = now() - interval '1 second' where id = ?")
        .param(id(path))
        .update();
  }

  @Test
  void whatHasExpiredGoesBytesAndAll() {
    var path = create(10);
    patch(path, 0, "abc".getBytes(UTF_8));
    expire(path);
    ingest.bean(UploadSweep.class).sweep();
    assertThat(ingest.blobOf(id(path))).doesNotExist();
    assertThat(head(path).status()).isEqualTo(410);
    expire(path);
    ingest.bean(UploadSweep.class).sweep();
    assertThat(head(path).status()).isEqualTo(404);
  }

  @Test
  void theAssetOfAnExpiredUploadStays() {
    var path = create(5);
    patch(path, 0, "hello".getBytes(UTF_8));
    expire(path);
    ingest.bean(UploadSweep.class).sweep();
    expire(path);
    ingest.bean(UploadSweep.class).sweep();
    assertThat(head(path).status()).isEqualTo(404);
    assertThat(ingest.blobOf(id(path))).exists();
    assertThat(count("select count(*) from asset where upload_id = ?", id(path))).isEqualTo(1);
  }

  @Test
  void anUploadInUseDoesNotExpire() {
    var path = create(10);
    ingest
        .jdbc()
        .sql("update upload set expires_at = now() + interval '1 minute' where id = ?")
        .param(id(path))
        .update();
    patch(path, 0, "abc".getBytes(UTF_8));
    assertThat(
            count(
                "select count(*) from upload where id = ? and expires_at > now() + interval '23 h'",
                id(path)))
        .isEqualTo(1);
  }
}
