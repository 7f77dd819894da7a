package dev.offstage.ingest.upload;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offstage.ingest.auth.Scope;
import dev.offstage.ingest.upload.RawHttp.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every answer of tus 1.0.0, over raw HTTP. */
class TusProtocolIT {
  static final String TUS = "Tus-Resumable: 1.0.0";
  static final String CHUNK = "Content-Type: application/offset+octet-stream";

  private static TestIngest ingest;

  @BeforeAll
  static void start() throws IOException {
    ingest =
        new TestIngest(
            Map.of(
                "offstage.upload.max-size", "1MB",
                "offstage.http.cors-origins", "https://app.example.com"));
  }

  @AfterAll
  static void stop() {
    ingest.close();
  }

  private static Answer create(String... headers) {
    var all = new ArrayList<>(List.of(TUS, ingest.anna));
    all.addAll(List.of(headers));
    return ingest.http.send("POST", "/files", all.toArray(String[]::new));
  }

  private static Answer created(long length) {
    var answer = create("Upload-Length: " + length, "Content-Length: 0");
    assertThat(answer.status()).as(answer.toString()).isEqualTo(201);
    return answer;
  }

  private static Answer head(String path) {
    return ingest.http.send("HEAD", path, TUS);
  }

  private static Answer patch(String path, long offset, String bytes, String... headers) {
    var all =
        new ArrayList<>(
            List.of(TUS, CHUNK, "Upload-Offset: " + offset, "Content-Length: " + bytes.length()));
    all.addAll(List.of(headers));
    return ingest.http.send("PATCH", path, bytes.getBytes(UTF_8), all.toArray(String[]::new));
  }

  private static void assertProblem(Answer answer, int status) {
    assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
    assertThat(answer.header("Content-Type")).hasValue("application/problem+json");
    assertThat(answer.body()).contains("\"https://offstage.dev/problems/", "\"detail\"");
    assertThat(answer.header("Tus-Resumable")).hasValue("1.0.0");
  }

  // OPTIONS, version
  // -------------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(strings = {"X: y", "Tus-Resumable: 1.0.0", "Tus-Resumable: 0.2.2"})
  void optionsTellsWhatTheServerCan(String version) {
    var answer = ingest.http.send("OPTIONS", "/files", version);
    assertThat(answer.status()).isEqualTo(204);
    assertThat(answer.header("Tus-Version")).hasValue("1.0.0");
    assertThat(answer.header("Tus-Extension"))
        .hasValue(
            "creation,creation-with-upload,creation-defer-length,expiration,checksum,termination,"
                + "concatenation");
    assertThat(answer.header("Tus-Max-Size")).hasValue("1048576");
    assertThat(answer.header("Tus-Checksum-Algorithm")).hasValue("sha1,sha256");
  }

  @ParameterizedTest
  @CsvSource({
    "POST,X: y",
    "POST,Tus-Resumable: 0.2.2",
    "HEAD,X: y",
    "HEAD,Tus-Resumable: 2.0.0",
    "PATCH,X: y",
    "DELETE,X: y",
    "GET,X: y",
  })
  void anotherVersionIsRefusedAndNothingProcessed(String method, String version) {
    var upload = created(5);
    var path = method.equals("POST") ? "/files" : upload.path();
    var answer =
        ingest.http.send(
            method,
            path,
            "hello".getBytes(UTF_8),
            version,
            ingest.anna,
            CHUNK,
            "Upload-Length: 5",
            "Upload-Offset: 0",
            "Content-Length: 5");
    assertThat(answer.status()).isEqualTo(412);
    assertThat(answer.header("Tus-Version")).hasValue("1.0.0");
    assertThat(answer.header("Location")).isEmpty();
    assertThat(head(upload.path()).offset()).isEqualTo("0");
  }

  // Creation
  // ---------------------------------------------------------------------------------------

  @Test
  void creationAnswersWhereTheUploadIs() {
    var answer = created(100);
    assertThat(answer.location())
        .matches("http://localhost:" + ingest.port + "/files/[0-9a-f-]{36}");
    assertThat(answer.header("Tus-Resumable")).hasValue("1.0.0");
    assertImfFixdateAhead(answer);
    assertThat(head(answer.path()).offset()).isEqualTo("0");
  }

  private static void assertImfFixdateAhead(Answer answer) {
    var expires = answer.header("Upload-Expires").orElseThrow();
    assertThat(expires).matches("\\w{3}, \\d{2} \\w{3} \\d{4} \\d{2}:\\d{2}:\\d{2} GMT");
    var time =
        ZonedDateTime.parse(
            expires,
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
                .withZone(ZoneOffset.UTC));
    assertThat(time).isAfter(ZonedDateTime.now(ZoneOffset.UTC).plusHours(23));
  }

  @Test
  void creationTakesAUrlWithASlashAtItsEnd() {
    var answer = ingest.http.send("POST", "/files/", TUS, ingest.anna, "Upload-Length: 1");
    assertThat(answer.status()).isEqualTo(201);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X: no length at all",
        "Upload-Length: -1",
        "Upload-Length: ten",
        "Upload-Length: 1.5",
        "Upload-Length: 0x10",
        "Upload-Length:",
        "Upload-Defer-Length: 2",
        "Upload-Defer-Length: true",
        "Upload-Length: 1\r\nUpload-Length: 2",
        "Upload-Length: 1\r\nUpload-Defer-Length: 1",
        "Upload-Length: 1\r\nUpload-Concat: other",
        "Upload-Length: 1\r\nUpload-Metadata: key not-base64!",
        "Upload-Length: 1\r\nUpload-Metadata: key YQ==,key YQ==",
        "Upload-Length: 1\r\nUpload-Metadata: ,",
        "Upload-Length: 1\r\nUpload-Metadata: key YQ== YQ==",
      })
  void aCreationThatMakesNoSenseIsRefused(String headers) {
    assertProblem(create(headers), 400);
  }

  @Test
  void metadataHasALimit() {
    assertProblem(create("Upload-Length: 1", "Upload-Metadata: a " + "YWFh".repeat(1100)), 400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1048577", "9223372036854775807", "99999999999999999999999999"})
  void aLengthOverTheMaximumIsRefused(String length) {
    assertProblem(create("Upload-Length: " + length), 413);
  }

  @Test
  void theMaximumItselfIsAllowed() {
    assertThat(create("Upload-Length: 1048576").status()).isEqualTo(201);
  }

  @Test
  void anUploadOfNothingIsCompleteAtOnce() throws IOException {
    var answer = created(0);
    assertThat(answer.offset()).isEqualTo("0");
    assertThat(answer.header("Offstage-Asset")).isPresent();
    assertThat(answer.header("Offstage-Job")).isEmpty();
    assertThat(head(answer.path()).header("Upload-Length")).hasValue("0");
    assertThat(Files.size(ingest.blobOf(TestIngest.id(answer)))).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "filename d29ybGQucG5n,is_confidential",
        "is_confidential,filename d29ybGQucG5n",
        "filename d29ybGQucG5n, filetype aW1hZ2UvcG5n",
        "empty ,other YQ==",
      })
  void metadataIsEchoedVerbatim(String metadata) {
    var upload = create("Upload-Length: 1", "Upload-Metadata: " + metadata);
    assertThat(upload.status()).isEqualTo(201);
    assertThat(head(upload.path()).header("Upload-Metadata")).hasValue(metadata);
  }

  @Test
  void creationMayBringBytes() {
    var answer =
        ingest.http.send(
            "POST",
            "/files",
            "hello".getBytes(UTF_8),
            TUS,
            ingest.anna,
            CHUNK,
            "Upload-Length: 11",
            "Content-Length: 5");
    assertThat(answer.status()).isEqualTo(201);
    assertThat(answer.offset()).isEqualTo("5");
    assertThat(head(answer.path()).offset()).isEqualTo("5");
    assertThat(patch(answer.path(), 5, " world").status()).isEqualTo(204);
  }

  @Test
  void creationMayBringAllBytes() throws IOException {
    var answer =
        ingest.http.send(
            "POST",
            "/files",
            "hello".getBytes(UTF_8),
            TUS,
            ingest.anna,
            CHUNK,
            "Upload-Length: 5",
            "Content-Length: 5");
    assertThat(answer.status()).isEqualTo(201);
    assertThat(answer.offset()).isEqualTo("5");
    assertThat(answer.header("Offstage-Asset")).isPresent();
    assertThat(Files.readString(ingest.blobOf(TestIngest.id(answer)))).isEqualTo("hello");
  }

  @Test
  void creationWithMoreBytesThanItsLengthIsRefused() {
    var answer =
        ingest.http.send(
            "POST",
            "/files",
            "hello".getBytes(UTF_8),
            TUS,
            ingest.anna,
            CHUNK,
            "Upload-Length: 4",
            "Content-Length: 5");
    assertProblem(answer, 413);
  }

  @Test
  void creationWithBytesOfAnotherTypeIsRefused() {
    var answer =
        ingest.http.send(
            "POST",
            "/files",
            "hello".getBytes(UTF_8),
            TUS,
            ingest.anna,
            "Content-Type: application/json",
            "Upload-Length: 5",
            "Content-Length: 5");
    assertProblem(answer, 415);
  }

  @Test
  void creationWithAWrongChecksumKeepsTheUploadButNoByte() {
    var answer =
        ingest.http.send(
            "POST",
            "/files",
            "hello".getBytes(UTF_8),
            TUS,
            ingest.anna,
            CHUNK,
            "Upload-Checksum: sha1 " + digest("SHA-1", "other"),
            "Upload-Length: 5",
            "Content-Length: 5");
    assertProblem(answer, 460);
    assertThat(head(answer.path()).offset()).isEqualTo("0");
  }

  // HEAD
  // -------------------------------------------------------------------------------------------

  @Test
  void headTellsWhereToGoOn() {
    var upload = created(10);
    patch(upload.path(), 0, "abc");
    var answer = head(upload.path());
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.offset()).isEqualTo("3");
    assertThat(answer.header("Upload-Length")).hasValue("10");
    assertThat(answer.header("Cache-Control").orElse("")).contains("no-store");
    assertThat(answer.header("Tus-Resumable")).hasValue("1.0.0");
    assertThat(answer.header("Upload-Expires")).isPresent();
    assertThat(answer.header("Upload-Defer-Length")).isEmpty();
  }

  @Test
  void headOfADeferredLengthSaysSo() {
    var upload = create("Upload-Defer-Length: 1");
    var answer = head(upload.path());
    assertThat(answer.header("Upload-Defer-Length")).hasValue("1");
    assertThat(answer.header("Upload-Length")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"HEAD", "PATCH", "DELETE"})
  void anUnknownUploadIsNotFound(String method) {
    for (var id :
        new String[] {
          UUID.randomUUID().toString(), "x", "..%2f..%2fetc%2fpasswd", UUID.randomUUID() + ".lock"
        }) {
      var answer =
          ingest.http.send(
              method,
              "/files/" + id,
              TUS,
              ingest.anna,
              CHUNK,
              "Upload-Offset: 0",
              "Content-Length: 0");
      assertThat(answer.status()).as(id).isIn(400, 404);
      assertThat(answer.header("Upload-Offset")).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"HEAD", "PATCH", "DELETE"})
  void anExpiredUploadIsGone(String method) {
    var upload = created(10);
    ingest
        .jdbc()
        .sql("update upload set expires_at = now() - interval '1 second' where id = ?")
        .param(TestIngest.id(upload))
        .update();
    var answer =
        ingest.http.send(
            method,
            upload.path(),
            TUS,
            ingest.anna,
            CHUNK,
            "Upload-Offset: 0",
            "Content-Length: 0");
    assertThat(answer.status()).isEqualTo(410);
    assertThat(answer.header("Upload-Offset")).isEmpty();
  }

  // PATCH
  // ------------------------------------------------------------------------------------------

  @Test
  void patchAppendsAndTellsTheNewOffset() throws IOException {
    var upload = created(11);
    var first = patch(upload.path(), 0, "hello");
    assertThat(first.status()).isEqualTo(204);
    assertThat(first.offset()).isEqualTo("5");
    assertImfFixdateAhead(first);
    assertThat(first.header("Offstage-Asset")).isEmpty();
    var last = patch(upload.path(), 5, " world");
    assertThat(last.status()).isEqualTo(204);
    assertThat(last.offset()).isEqualTo("11");
    assertThat(last.header("Link"))
        .hasValue(
            "</v1/assets/" + last.header("Offstage-Asset").orElseThrow() + ">; rel=\"related\"");
    assertThat(Files.readString(ingest.blobOf(TestIngest.id(upload)))).isEqualTo("hello world");
    assertThat(head(upload.path()).header("Offstage-Asset"))
        .isEqualTo(last.header("Offstage-Asset"));
  }

  @Test
  void patchOfNothingChangesNothing() {
    var upload = created(11);
    var answer = patch(upload.path(), 0, "");
    assertThat(answer.status()).isEqualTo(204);
    assertThat(answer.offset()).isEqualTo("0");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"application/octet-stream", "text/plain", "application/x-www-form-urlencoded"})
  void patchOfAnotherContentTypeIsRefused(String type) {
    var upload = created(5);
    var answer =
        ingest.http.send(
            "PATCH",
            upload.path(),
            "hello".getBytes(UTF_8),
            TUS,
            "Content-Type: " + type,
            "Upload-Offset: 0",
            "Content-Length: 5");
    assertProblem(answer, 415);
    assertThat(head(upload.path()).offset()).isEqualTo("0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "2", "4", "100", "99999999999999999999"})
  void patchAtAnotherOffsetIsRefusedAndChangesNothing(String offset) throws IOException {
    var upload = created(10);
    patch(upload.path(), 0, "abc");
    var answer =
        ingest.http.send(
            "PATCH",
            upload.path(),
            "xx".getBytes(UTF_8),
            TUS,
            CHUNK,
            "Upload-Offset: " + offset,
            "Content-Length: 2");
    assertProblem(answer, 409);
    assertThat(answer.offset()).isEqualTo("3");
    assertThat(head(upload.path()).offset()).isEqualTo("3");
    assertThat(Files.readString(ingest.blobOf(TestIngest.id(upload)))).isEqualTo("abc");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X: none",
        "Upload-Offset: -1",
        "Upload-Offset: x",
        "Upload-Offset: 0\r\nUpload-Offset: 0"
      })
  void patchWithoutAUsableOffsetIsRefused(String header) {
    var upload = created(10);
    assertProblem(
        ingest.http.send(
            "PATCH", upload.path(), "a".getBytes(UTF_8), TUS, CHUNK, header, "Content-Length: 1"),
        400);
  }

  @Test
  void moreThanTheLengthIsRefusedWhenItsSizeIsKnown() {
    var upload = created(5);
    patch(upload.path(), 0, "abc");
    assertProblem(patch(upload.path(), 3, "def"), 413);
    assertThat(head(upload.path()).offset()).isEqualTo("3");
  }

  @Test
  void moreThanTheLengthIsRefusedWhenItsSizeIsNotKnown() throws IOException {
    var upload = created(5);
    patch(upload.path(), 0, "abc");
    try (var connection =
        ingest.http.open(
            "PATCH", upload.path(), TUS, CHUNK, "Upload-Offset: 3", "Transfer-Encoding: chunked")) {
      connection.chunk("d".getBytes(UTF_8));
      connection.chunk("efghij".getBytes(UTF_8));
      connection.lastChunk();
      assertProblem(connection.answer(), 413);
    }
    assertThat(head(upload.path()).offset()).isEqualTo("3");
    assertThat(patch(upload.path(), 3, "de").status()).isEqualTo(204);
    assertThat(Files.readString(ingest.blobOf(TestIngest.id(upload)))).isEqualTo("abcde");
  }

  @Test
  void moreThanTheMaximumIsRefusedWhenTheLengthIsDeferred() {
    var upload = create("Upload-Defer-Length: 1");
    assertProblem(
        ingest.http.send(
            "PATCH",
            upload.path(),
            new byte[1],
            TUS,
            CHUNK,
            "Upload-Offset: 0",
            "Content-Length: 1048577"),
        413);
    assertThat(head(upload.path()).offset()).isEqualTo("0");
  }

  @Test
  void chunkedBodiesAreTaken() throws IOException {
    var upload = created(6);
    try (var connection =
        ingest.http.open(
            "PATCH", upload.path(), TUS, CHUNK, "Upload-Offset: 0", "Transfer-Encoding: chunked")) {
      connection.chunk("abc".getBytes(UTF_8));
      connection.chunk("def".getBytes(UTF_8));
      connection.lastChunk();
      assertThat(connection.answer().offset()).isEqualTo("6");
    }
  }

  @Test
  void theMethodMayBeOverriddenAlsoForAChunkedBodyThatWaitsToBeAskedFor() throws IOException {
    var upload = created(6);
    try (var connection =
        ingest.http.open(
            "POST",
            upload.path(),
            TUS,
            CHUNK,
            "X-HTTP-Method-Override: PATCH",
            "Upload-Offset: 0",
            "Expect: 100-continue",
            "Transfer-Encoding: chunked")) {
      assertThat(connection.line()).startsWith("HTTP/1.1 100");
      assertThat(connection.line()).isEmpty();
      connection.chunk("abcdef".getBytes(UTF_8));
      connection.lastChunk();
      var answer = connection.answer();
      assertThat(answer.status()).isEqualTo(204);
      assertThat(answer.offset()).isEqualTo("6");
    }
  }

  @Test
  void everyMethodMayBeOverridden() {
    var upload = created(6);
    var head = ingest.http.send("POST", upload.path(), TUS, "X-HTTP-Method-Override: HEAD");
    assertThat(head.status()).isEqualTo(200);
    assertThat(head.offset()).isEqualTo("0");
    var delete =
        ingest.http.send("POST", upload.path(), TUS, ingest.anna, "X-HTTP-Method-Override: DELETE");
    assertThat(delete.status()).isEqualTo(204);
    assertThat(head(upload.path()).status()).isEqualTo(410);
  }

  // Length
  // -----------------------------------------------------------------------------------------

  @Test
  void aDeferredLengthMayBeToldOnce() {
    var upload = create("Upload-Defer-Length: 1");
    assertThat(patch(upload.path(), 0, "abc").status()).isEqualTo(204);
    assertThat(patch(upload.path(), 3, "de", "Upload-Length: 10").status()).isEqualTo(204);
    assertThat(head(upload.path()).header("Upload-Length")).hasValue("10");
    assertThat(head(upload.path()).header("Upload-Defer-Length")).isEmpty();
    assertProblem(patch(upload.path(), 5, "f", "Upload-Length: 11"), 400);
    assertThat(patch(upload.path(), 5, "fghij", "Upload-Length: 10").header("Offstage-Asset"))
        .isPresent();
  }

  @Test
  void aKnownLengthCannotChange() {
    var upload = created(10);
    assertProblem(patch(upload.path(), 0, "abc", "Upload-Length: 3"), 400);
    assertThat(head(upload.path()).header("Upload-Length")).hasValue("10");
    assertThat(head(upload.path()).offset()).isEqualTo("0");
  }

  @Test
  void aLengthToldLateMustFit() {
    var upload = create("Upload-Defer-Length: 1");
    patch(upload.path(), 0, "abc");
    assertThat(patch(upload.path(), 3, "", "Upload-Length: 2").status()).isIn(400, 413);
    assertProblem(patch(upload.path(), 3, "", "Upload-Length: 1048577"), 413);
    assertThat(head(upload.path()).header("Upload-Length")).isEmpty();
    var done = patch(upload.path(), 3, "", "Upload-Length: 3");
    assertThat(done.status()).isEqualTo(204);
    assertThat(done.header("Offstage-Asset")).isPresent();
  }

  // Checksum
  // ---------------------------------------------------------------------------------------

  static String digest(String algorithm, String text) {
    try {
      return Base64.getEncoder()
          .encodeToString(MessageDigest.getInstance(algorithm).digest(text.getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @CsvSource({"sha1,SHA-1", "sha256,SHA-256"})
  void bytesWithTheirChecksumAreTaken(String name, String algorithm) {
    var upload = created(5);
    var answer =
        patch(
            upload.path(),
            0,
            "hello",
            "Upload-Checksum: " + name + " " + digest(algorithm, "hello"));
    assertThat(answer.status()).isEqualTo(204);
    assertThat(answer.offset()).isEqualTo("5");
  }

  @ParameterizedTest
  @CsvSource({"sha1,SHA-1", "sha256,SHA-256"})
  void bytesWithAnotherChecksumAreDiscarded(String name, String algorithm) throws IOException {
    var upload = created(10);
    patch(upload.path(), 0, "abc");
    var answer =
        patch(
            upload.path(),
            3,
            "hello",
            "Upload-Checksum: " + name + " " + digest(algorithm, "other"));
    assertProblem(answer, 460);
    assertThat(head(upload.path()).offset()).isEqualTo("3");
    assertThat(Files.readString(ingest.blobOf(TestIngest.id(upload)))).isEqualTo("abc");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "md5 1B2M2Y8AsgTpgAmY7PhCfg==",
        "sha1",
        "sha1 !!",
        "sha1 YWJj",
        "sha256 ",
        "SHA1 x"
      })
  void aChecksumThatCannotBeCheckedIsRefused(String checksum) {
    var upload = created(5);
    assertProblem(patch(upload.path(), 0, "hello", "Upload-Checksum: " + checksum), 400);
    assertThat(head(upload.path()).offset()).isEqualTo("0");
  }

  // Termination
  // ------------------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(ints = {0, 3, 5})
  void aDeletedUploadIsGone(int received) {
    var upload = created(5);
    patch(upload.path(), 0, "hello".substring(0, received));
    assertThat(ingest.http.send("DELETE", upload.path(), TUS, ingest.anna).status()).isEqualTo(204);
    assertThat(head(upload.path()).status()).isEqualTo(410);
    assertProblem(patch(upload.path(), received, ""), 410);
    assertProblem(ingest.http.send("DELETE", upload.path(), TUS, ingest.anna), 410);
    // What became of a finished upload is an asset of its own.
    assertThat(ingest.blobOf(TestIngest.id(upload)).toFile().exists()).isEqualTo(received == 5);
  }

  // Concatenation
  // ----------------------------------------------------------------------------------

  private static Answer partial(String text) {
    var upload = create("Upload-Length: " + text.length(), "Upload-Concat: partial");
    var answer = patch(upload.path(), 0, text);
    assertThat(answer.status()).isEqualTo(204);
    assertThat(answer.header("Offstage-Asset")).isEmpty();
    return upload;
  }

  @Test
  void partsBecomeOneUploadAndStay() throws IOException {
    var a = partial("hello ");
    var b = partial("world");
    var concat = "final;" + a.path() + " " + b.location();
    var whole = create("Upload-Concat: " + concat, "Upload-Metadata: filename YS50eHQ=");
    assertThat(whole.status()).isEqualTo(201);
    assertThat(whole.header("Offstage-Asset")).isPresent();
    var head = head(whole.path());
    assertThat(head.offset()).isEqualTo("11");
    assertThat(head.header("Upload-Length")).hasValue("11");
    assertThat(head.header("Upload-Concat")).hasValue(concat);
    assertThat(head.header("Upload-Metadata")).hasValue("filename YS50eHQ=");
    assertThat(Files.readString(ingest.blobOf(TestIngest.id(whole)))).isEqualTo("hello world");
    assertThat(head(a.path()).header("Upload-Concat")).hasValue("partial");
    var again = create("Upload-Concat: final;" + b.path() + " " + a.path() + " " + b.path());
    assertThat(Files.readString(ingest.blobOf(TestIngest.id(again)))).isEqualTo("worldhello world");
  }

  @Test
  void aConcatenationTakesNoBytes() {
    var whole = create("Upload-Concat: final;" + partial("abc").path());
    assertProblem(patch(whole.path(), 3, ""), 403);
    assertProblem(patch(whole.path(), 0, "x"), 403);
  }

  @Test
  void whatCannotBeConcatenatedIsRefused() {
    var a = partial("abc").path();
    var unfinished = create("Upload-Length: 3", "Upload-Concat: partial").path();
    var plain = created(0).path();
    var others =
        ingest
            .http
            .send("POST", "/files", TUS, ingest.otto, "Upload-Length: 0", "Upload-Concat: partial")
            .path();
    for (var concat :
        new String[] {
          "final",
          "final;",
          "final; ",
          "final;" + a + "," + a,
          "final;" + unfinished,
          "final;" + plain,
          "final;" + others,
          "final;/files/" + UUID.randomUUID(),
          "final;/files/x",
          "final;/etc/passwd",
          "finally",
        }) {
      assertThat(create("Upload-Concat: " + concat).status()).as(concat).isIn(400, 404);
    }
    assertProblem(create("Upload-Length: 3", "Upload-Concat: final;" + a), 400);
    assertProblem(create("Upload-Defer-Length: 1", "Upload-Concat: final;" + a), 400);
  }

  @Test
  void aConcatenationOverTheMaximumIsRefused() {
    var part = partial("a".repeat(400_000)).path();
    assertProblem(create("Upload-Concat: final;" + part + " " + part + " " + part), 413);
  }

  // Who may
  // ----------------------------------------------------------------------------------------

  @Test
  void onlyACallerWithTheScopeMayCreateAndDelete() {
    var upload = created(5);
    assertProblem(ingest.http.send("POST", "/files", TUS, "Upload-Length: 5"), 401);
    assertProblem(
        ingest.http.send("POST", "/files", TUS, ingest.expiredToken(), "Upload-Length: 5"), 401);
    assertProblem(ingest.http.send("DELETE", upload.path(), TUS), 401);
    var reader = "Authorization: Bearer " + ingest.key("acme", Scope.JOBS_READ);
    assertProblem(ingest.http.send("POST", "/files", TUS, reader, "Upload-Length: 5"), 403);
    assertProblem(ingest.http.send("DELETE", upload.path(), TUS, reader), 403);
  }

  @Test
  void anUploadIsNotThereForOthers() {
    var upload = created(5);
    for (var other : new String[] {ingest.otto, ingest.stranger}) {
      assertThat(ingest.http.send("HEAD", upload.path(), TUS, other).status()).isEqualTo(404);
      assertProblem(patch(upload.path(), 0, "hello", other), 404);
      assertProblem(ingest.http.send("DELETE", upload.path(), TUS, other), 404);
    }
    assertThat(ingest.http.send("HEAD", upload.path(), TUS, ingest.server).status()).isEqualTo(200);
    assertThat(ingest.http.send("DELETE", upload.path(), TUS, ingest.server).status())
        .isEqualTo(204);
  }

  @Test
  void theUrlItselfAuthorisesToGoOnAlsoWithAnExpiredToken() {
    var upload = created(5);
    var expired = ingest.expiredToken();
    assertThat(ingest.http.send("HEAD", upload.path(), TUS, expired).status()).isEqualTo(200);
    assertThat(patch(upload.path(), 0, "hello", expired).status()).isEqualTo(204);
  }

  // Browsers
  // ---------------------------------------------------------------------------------------

  @Test
  void allowedWebPagesMayUpload() {
    var preflight =
        ingest.http.send(
            "OPTIONS",
            "/files/" + UUID.randomUUID(),
            "Origin: https://app.example.com",
            "Access-Control-Request-Method: PATCH",
            "Access-Control-Request-Headers: authorization,tus-resumable,upload-offset");
    assertThat(preflight.status()).isEqualTo(200);
    assertThat(preflight.header("Access-Control-Allow-Origin")).hasValue("https://app.example.com");
    assertThat(preflight.header("Access-Control-Allow-Methods").orElse("")).contains("PATCH");
    var answer = create("Upload-Length: 1", "Origin: https://app.example.com");
    assertThat(answer.header("Access-Control-Expose-Headers").orElse(""))
        .contains("Location", "Upload-Offset", "Tus-Resumable", "Offstage-Asset");
  }

  @Test
  void otherWebPagesMayNot() {
    var answer = create("Upload-Length: 1", "Origin: https://evil.example");
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.header("Access-Control-Allow-Origin")).isEmpty();
  }
}
