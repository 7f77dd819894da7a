package dev.offstage.ingest.asset;

import static dev.offstage.ingest.IngestServer.json;
import static dev.offstage.ingest.IngestServer.send;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offstage.blob.BlobKey;
import dev.offstage.blob.BlobMissingException;
import dev.offstage.blob.BlobStore;
import dev.offstage.ingest.IngestServer;
import dev.offstage.ingest.Jobs;
import dev.offstage.ingest.auth.Scope;
import dev.offstage.job.JobId;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

class AssetIT {
  private static final byte[] ORIGINAL = bytes(200_000);
  private static final byte[] SMALL = bytes(10);

  private final IngestServer server = IngestServer.shared();
  private final Jobs jobs = new Jobs(server);
  private final JdbcClient db = server.bean(JdbcClient.class);
  private final BlobStore blobs = server.bean(BlobStore.class);
  private final String key = server.key("acme");

  private static byte[] bytes(int length) {
    var bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  /** What an upload leaves behind. */
  private UUID asset(@Nullable String owner, String mediaType, @Nullable JobId job)
      throws IOException {
    var id = UUID.randomUUID();
    var blob = BlobKey.upload(id);
    blobs.put(blob, ORIGINAL);
    db.sql(
            """
            insert into asset (id, tenant, owner, blob_key, byte_size, media_type, filename, job_id,
                               ready_at)
            values (?, 'acme', ?, ?, ?, ?, 'Ferien/März "1".jpg', ?, ?)\
            """)
        .params(
            Arrays.asList(
                id,
                owner,
                blob.path(),
                ORIGINAL.length,
                mediaType,
                job == null ? null : job.value(),
                job == null ? OffsetDateTime.now(ZoneOffset.UTC) : null))
        .update();
    return id;
  }

  /** What a worker leaves behind. */
  private void variant(UUID asset, String name, String format, byte[] bytes) throws IOException {
    var blob = new BlobKey("variant/" + asset + "/1/" + name + "." + format);
    blobs.put(blob, bytes);
    db.sql("insert into variant values (?, ?, ?, 256, 192, ?, ?)")
        .params(asset, name, format, bytes.length, blob.path())
        .update();
    db.sql("update asset set ready_at = now(), width = 4032, height = 3024 where id = ?")
        .param(asset)
        .update();
  }

  private URI variantUrl(UUID asset) {
    var view = json(server.get("/v1/assets/" + asset, key));
    return URI.create(view.get("variants").get(0).get("url").asString());
  }

  private URI originalUrl(UUID asset) {
    var view = json(server.get("/v1/assets/" + asset, key));
    return URI.create(view.get("original").get("url").asString());
  }

  private static HttpResponse<byte[]> fetch(URI url, String... headers) {
    var request = HttpRequest.newBuilder(url);
    if (headers.length > 0) {
      request.headers(headers);
    }
    return send(request.GET(), BodyHandlers.ofByteArray());
  }

  private static String header(HttpResponse<?> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  @Test
  void itsStateIsThatOfItsWork() throws Exception {
    var job = jobs.enqueue("acme", "ada");
    var id = asset("ada", "image/jpeg", job);
    var path = "/v1/assets/" + id;

    var view = json(server.get(path, key));
    assertThat(view.get("state").asString()).isEqualTo("processing");
    assertThat(view.get("job").get("id").asString()).isEqualTo(job.toString());
    assertThat(view.get("variants")).isEmpty();
    assertThat(view.get("width").isNull()).isTrue();

    jobs.discard(job, "image-truncated");
    view = json(server.get(path, key));
    assertThat(view.get("state").asString()).isEqualTo("failed");
    assertThat(view.get("error").get("reason").asString()).isEqualTo("image-truncated");

    variant(id, "256", "webp", SMALL);
    view = json(server.get(path, key));
    assertThat(view.get("state").asString()).isEqualTo("ready");
    assertThat(view.get("error").isNull()).isTrue();
    assertThat(view.get("variants").get(0).get("byteSize").asInt()).isEqualTo(10);
    assertThat(view.propertyNames())
        .containsExactlyInAnyOrder(
            "id",
            "state",
            "mediaType",
            "filename",
            "byteSize",
            "width",
            "height",
            "blurhash",
            "thumbhash",
            "dominantColor",
            "createdAt",
            "variants",
            "original",
            "job",
            "error");
  }

  @Test
  void anothersAssetDoesNotExist() throws Exception {
    var path = "/v1/assets/" + asset("ada", "image/jpeg", null);

    assertThat(server.get(path, server.token("ada")).statusCode()).isEqualTo(200);
    for (var stranger : new String[] {server.token("bob"), server.key("globex")}) {
      assertThat(server.get(path, stranger).statusCode()).isEqualTo(404);
      assertThat(send(server.request(path, stranger).DELETE()).statusCode()).isEqualTo(404);
      assertThat(wish(path, stranger, "{\"preset\":\"256\",\"format\":\"avif\"}").statusCode())
          .isEqualTo(404);
    }
    assertThat(server.get(path, key).statusCode()).isEqualTo(200);
    assertThat(server.get("/v1/assets/nonsense", key).statusCode()).isEqualTo(404);
    assertThat(server.get(path.toUpperCase(Locale.ROOT), key).statusCode()).isEqualTo(404);
  }

  @Test
  void aVariantIsServedToBeCachedForEverAndNeverSniffed() throws Exception {
    var id = asset("ada", "image/jpeg", null);
    variant(id, "256", "webp", SMALL);
    var url = variantUrl(id);

    var response = fetch(url);

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEqualTo(SMALL);
    assertThat(header(response, "Content-Type")).isEqualTo("image/webp");
    assertThat(header(response, "Content-Length")).isEqualTo("10");
    assertThat(header(response, "X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(header(response, "Content-Security-Policy")).contains("sandbox");
    assertThat(header(response, "Accept-Ranges")).isEqualTo("bytes");
    assertThat(header(response, "Cache-Control"))
        .contains("public")
        .contains("immutable")
        .containsPattern("max-age=[1-9]");
    assertThat(response.headers().allValues("Cache-Control")).hasSize(1);
    var tag = header(response, "ETag");
    assertThat(fetch(url, "If-None-Match", tag).statusCode()).isEqualTo(304);
    assertThat(fetch(url, "If-None-Match", "\"other\"").statusCode()).isEqualTo(200);
    var head = send(HttpRequest.newBuilder(url).HEAD());
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(header(head, "Content-Length")).isEqualTo("10");
    assertThat(header(head, "ETag")).isEqualTo(tag);
  }

  @Test
  void theOriginalIsADownloadUnderItsName() throws Exception {
    var id = asset("ada", "text/html", null);

    var response = fetch(originalUrl(id));

    assertThat(response.body()).isEqualTo(ORIGINAL);
    assertThat(header(response, "Content-Type")).isEqualTo("text/html");
    assertThat(header(response, "Content-Disposition"))
        .startsWith("attachment;")
        .contains("filename*=UTF-8''Ferien_M%C3%A4rz%20%221%22.jpg");
    assertThat(header(response, "X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(header(response, "Content-Security-Policy")).contains("sandbox");
  }

  @Test
  void rangesAreServed() throws Exception {
    var url = originalUrl(asset("ada", "image/jpeg", null));
    var tag = header(fetch(url), "ETag");

    var middle = fetch(url, "Range", "bytes=100000-100099");
    assertThat(middle.statusCode()).isEqualTo(206);
    assertThat(header(middle, "Content-Range")).isEqualTo("bytes 100000-100099/200000");
    assertThat(middle.body()).isEqualTo(Arrays.copyOfRange(ORIGINAL, 100_000, 100_100));

    var tail = fetch(url, "Range", "bytes=-5", "If-Range", tag);
    assertThat(tail.statusCode()).isEqualTo(206);
    assertThat(tail.body()).isEqualTo(Arrays.copyOfRange(ORIGINAL, 199_995, 200_000));

    assertThat(fetch(url, "Range", "bytes=0-0").body()).hasSize(1);
    assertThat(fetch(url, "Range", "bytes=0-").statusCode()).isEqualTo(206);
    assertThat(fetch(url, "Range", "bytes=-5", "If-Range", "\"old\"").statusCode()).isEqualTo(200);
    assertThat(fetch(url, "Range", "bytes=0-1,5-6").statusCode()).isEqualTo(200);
    assertThat(fetch(url, "Range", "nonsense").statusCode()).isEqualTo(200);

    var outside = fetch(url, "Range", "bytes=200000-");
    assertThat(outside.statusCode()).isEqualTo(416);
    assertThat(header(outside, "Content-Range")).isEqualTo("bytes */200000");
    assertThat(header(outside, "Content-Type")).isEqualTo("application/problem+json");
    assertThat(header(outside, "Cache-Control")).isEqualTo("no-store");
  }

  @Test
  void aTamperedUrlIsRefused() throws Exception {
    var id = asset("ada", "image/jpeg", null);
    var other = asset("bob", "image/jpeg", null);
    variant(id, "256", "webp", SMALL);
    var url = variantUrl(id).toString();

    assertThat(status(url.replace(id.toString(), other.toString()))).isEqualTo(403);
    assertThat(status(url.replace("/256.webp", "/1024.webp"))).isEqualTo(403);
    assertThat(status(url.replace("expires=", "expires=1"))).isEqualTo(403);
    assertThat(status(url.substring(0, url.length() - 1))).isEqualTo(403);
    assertThat(status(url.substring(0, url.indexOf('?')))).isEqualTo(403);
    assertThat(status(originalUrl(id).toString().replace(id.toString(), other.toString())))
        .isEqualTo(403);
    assertThat(status(url)).isEqualTo(200);
  }

  private static int status(String url) {
    return fetch(URI.create(url)).statusCode();
  }

  @Test
  void aDeletedAssetIsGoneAndSoAreItsBytes() throws Exception {
    var id = asset("ada", "image/jpeg", null);
    variant(id, "256", "webp", SMALL);
    var path = "/v1/assets/" + id;
    var variant = variantUrl(id);
    var original = originalUrl(id);

    assertThat(send(server.request(path, server.token("ada")).DELETE()).statusCode())
        .isEqualTo(204);

    assertThat(send(server.request(path, key).DELETE()).statusCode()).isEqualTo(404);
    assertThat(server.get(path, key).statusCode()).isEqualTo(404);
    assertThat(fetch(variant).statusCode()).isEqualTo(404);
    assertThat(fetch(original).statusCode()).isEqualTo(404);
    Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> isRemoved(id));
  }

  private void isRemoved(UUID asset) {
    assertThat(rows("select count(*) from asset where id = ?", asset)).isZero();
    assertThat(rows("select count(*) from variant where asset_id = ?", asset)).isZero();
    assertThat(isMissing(BlobKey.upload(asset))).isTrue();
    assertThat(isMissing(new BlobKey("variant/" + asset + "/1/256.webp"))).isTrue();
  }

  private int rows(String sql, UUID asset) {
    return db.sql(sql).param(asset).query(Integer.class).single();
  }

  private boolean isMissing(BlobKey blob) {
    try {
      blobs.read(blob).close();
      return false;
    } catch (BlobMissingException e) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void whatANodeThatDiedLeftBehindIsSwept() throws Exception {
    var half = asset("ada", "image/jpeg", null);
    variant(half, "256", "webp", SMALL);
    var fresh = asset("ada", "image/jpeg", null);
    variant(fresh, "256", "webp", SMALL);
    var variant = variantUrl(fresh);
    var original = originalUrl(fresh);
    db.sql("update asset set deleted_at = now() - interval '2 minutes' where id = ?")
        .param(half)
        .update();
    db.sql("update asset set deleted_at = now() where id = ?").param(fresh).update();
    blobs.delete(BlobKey.upload(half)); // it died between the two blobs

    var removal = server.bean(AssetRemoval.class);
    removal.sweep();
    removal.sweep();

    isRemoved(half);
    assertThat(rows("select count(*) from asset where id = ?", fresh)).isOne();
    // Its bytes are there still, but not for anybody.
    assertThat(fetch(variant).statusCode()).isEqualTo(404);
    assertThat(fetch(original).statusCode()).isEqualTo(404);
  }

  private HttpResponse<String> wish(String path, String token, String body) {
    return send(
        server
            .request(path + "/variants", token)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body)));
  }

  @Test
  void oneMoreVariantIsAJobUnlessItIsThere() throws Exception {
    var id = asset("ada", "image/jpeg", null);
    var path = "/v1/assets/" + id;
    variant(id, "256", "webp", SMALL);

    var there = wish(path, key, "{\"preset\":\"256\",\"format\":\"webp\"}");
    assertThat(there.statusCode()).isEqualTo(200);
    assertThat(json(there).get("url").asString()).contains("/variants/256.webp?");

    var made = wish(path, server.token("ada"), "{\"preset\":\"1024\",\"format\":\"avif\"}");
    assertThat(made.statusCode()).isEqualTo(202);
    var job = json(made).get("id").asString();
    assertThat(header(made, "Location")).isEqualTo("/v1/jobs/" + job);
    assertThat(json(made).get("kind").asString()).isEqualTo("media.image");
    assertThat(
            db.sql("select owner || ' ' || payload::text from job where id = ?::uuid")
                .param(job)
                .query(String.class)
                .single())
        .isEqualTo(
            "ada {\"asset\": \"%s\", \"variants\": [{\"format\": \"avif\", \"preset\": \"1024\"}]}"
                .formatted(id));
  }

  @Test
  void aBadWishIsRefusedNamingTheField() throws Exception {
    var path = "/v1/assets/" + asset("ada", "image/jpeg", null);

    for (var body :
        new String[] {
          "",
          "{",
          "[]",
          "null",
          "42",
          "{\"preset\":\"256\"}",
          "{\"preset\":\"256\",\"format\":\"gif\"}",
          "{\"preset\":\"../etc\",\"format\":\"avif\"}",
          "{\"preset\":[],\"format\":\"avif\"}"
        }) {
      var response = wish(path, key, body);
      assertThat(response.statusCode()).as(body).isEqualTo(400);
      assertThat(header(response, "Content-Type")).isEqualTo("application/problem+json");
    }
    var bad = json(wish(path, key, "{\"preset\":\"256\",\"format\":\"gif\"}"));
    assertThat(bad.get("errors").get(0).get("field").asString()).isEqualTo("format");
    assertThat(bad.get("errors").get(0).get("detail").asString()).contains("expected: jpeg");

    var pdf = "/v1/assets/" + asset("ada", "application/pdf", null);
    assertThat(wish(pdf, key, "{\"preset\":\"256\",\"format\":\"avif\"}").statusCode())
        .isEqualTo(422);
    assertThat(
            wish(
                    path,
                    server.key("acme", Scope.ASSETS_READ),
                    "{\"preset\":\"256\",\"format\":\"avif\"}")
                .statusCode())
        .isEqualTo(403);
  }
}
