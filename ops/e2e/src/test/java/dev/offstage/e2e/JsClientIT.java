package dev.offstage.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The real tus-js-client, which Uppy and most web apps upload with. */
class JsClientIT {
  @RegisterExtension static final Cluster cluster = Cluster.shared();

  private static final byte[] PHOTO = Photos.bytes(Photos.phone());

  @ParameterizedTest
  @ValueSource(
      strings = {"plain", "override", "creationWithUpload", "wholeInCreation", "deferredLength"})
  void aPhotoBecomesItsVariants(String scenario) {
    var owner = "js-" + scenario;
    var result =
        NodeClient.run(scenario, cluster.ingest.base(), cluster.token(owner), Photos.phone());
    assertThat(result.requests()).noneMatch(request -> request.matches(".* [45]\\d\\d"));
    Photos.assertDone(cluster.as(owner), result.asset(), result.job(), PHOTO);
  }

  @Test
  void partsUploadedInParallelBecomeOneAsset() {
    var result =
        NodeClient.run(
            "parallel", cluster.ingest.base(), cluster.token("js-parallel"), Photos.phone());
    assertThat(result.requests()).filteredOn("POST 201"::equals).hasSize(4);
    Photos.assertDone(cluster.as("js-parallel"), result.asset(), result.job(), PHOTO);
    assertThat(new Ledger(cluster, "js-parallel").assets()).containsExactly(result.asset());
  }

  @Test
  void aPausedUploadGoesOnWhereItWas() {
    var result =
        NodeClient.run(
            "pauseAndResume", cluster.ingest.base(), cluster.token("js-pause"), Photos.phone());
    assertThat(result.number("found")).isOne();
    assertThat(result.url().toString()).isEqualTo(result.json().path("pausedUrl").asString());
    var requests = result.requests();
    var resumed = requests.subList(requests.indexOf("PAUSE") + 1, requests.size());
    assertThat(resumed.getFirst()).isEqualTo("HEAD 200");
    // 4.9 MB in chunks of 0.5 MB, of which three had arrived.
    assertThat(resumed).filteredOn("PATCH 204"::equals).hasSize(chunks(PHOTO.length) - 3);
    assertThat(resumed).doesNotContain("POST 201");
    Photos.assertDone(cluster.as("js-pause"), result.asset(), result.job(), PHOTO);
  }

  private static int chunks(int length) {
    return Math.ceilDiv(length, 512 * 1024);
  }

  @Test
  void anUploadCutMidChunkGoesOnWhereItWas() throws Exception {
    try (var network = new CuttingProxy(cluster.ingest.port(), 1_500_000, 2)) {
      var result =
          NodeClient.run("retrying", network.base(), cluster.token("js-cut"), Photos.phone());
      assertThat(network.cuts()).isEqualTo(2);
      assertThat(result.requests()).filteredOn("POST 201"::equals).hasSize(1);
      assertThat(result.requests()).filteredOn("HEAD 200"::equals).hasSizeGreaterThanOrEqualTo(2);
      Photos.assertDone(cluster.as("js-cut"), result.asset(), result.job(), PHOTO);
      assertThat(new Ledger(cluster, "js-cut").assets()).containsExactly(result.asset());
    }
  }

  @Test
  void anAbortedUploadIsGone() throws Exception {
    var result =
        NodeClient.run(
            "terminate", cluster.ingest.base(), cluster.token("js-abort"), Photos.phone());
    assertThat(result.requests()).endsWith("DELETE 204");
    assertThat(cluster.as("js-abort").head(result.url()).statusCode()).isIn(List.of(404, 410));
    assertThat(new Ledger(cluster, "js-abort").assets()).isEmpty();
  }
}
