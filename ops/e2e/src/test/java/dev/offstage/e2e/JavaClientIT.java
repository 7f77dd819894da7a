package dev.offstage.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tus.java.client.ProtocolException;
import io.tus.java.client.TusClient;
import io.tus.java.client.TusExecutor;
import io.tus.java.client.TusURLMemoryStore;
import io.tus.java.client.TusUpload;
import io.tus.java.client.TusUploader;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The real tus-java-client, which tus-android-client stands on. */
class JavaClientIT {
  @RegisterExtension static final Cluster cluster = Cluster.shared();

  private static final byte[] PHOTO = Photos.bytes(Photos.phone());
  private static final int CHUNK = 256 * 1024;

  private static TusClient client(String owner, URI base) throws IOException {
    var client = new TusClient();
    client.setUploadCreationURL(base.resolve("/files").toURL());
    client.setHeaders(Map.of("Authorization", "Bearer " + cluster.token(owner)));
    client.enableResuming(new TusURLMemoryStore());
    return client;
  }

  private static TusUpload photo() throws IOException {
    var upload = new TusUpload(Photos.phone().toFile());
    upload.setMetadata(Map.of("filename", "photo.jpg"));
    return upload;
  }

  private static void send(TusUploader uploader) throws IOException, ProtocolException {
    uploader.setChunkSize(CHUNK);
    while (uploader.uploadChunk() > -1) {
      assertThat(uploader.getOffset()).isPositive();
    }
    uploader.finish();
  }

  private static void assertDone(String owner, TusUploader uploader) throws IOException {
    var api = cluster.as(owner);
    var accepted = Api.Accepted.of(api.head(URI.create(uploader.getUploadURL().toString())));
    Photos.assertDone(api, accepted.asset(), accepted.job(), PHOTO);
    assertThat(new Ledger(cluster, owner).assets()).containsExactly(accepted.asset());
  }

  @Test
  void aPhotoBecomesItsVariants() throws Exception {
    var uploader = client("java-plain", cluster.ingest.base()).createUpload(photo());
    send(uploader);
    assertDone("java-plain", uploader);
  }

  @Test
  void aPausedUploadGoesOnWhereItWas() throws Exception {
    var client = client("java-pause", cluster.ingest.base());
    var paused = client.createUpload(photo());
    paused.setChunkSize(CHUNK);
    paused.setRequestPayloadSize(CHUNK);
    paused.uploadChunk();
    paused.uploadChunk();
    paused.finish();
    var resumed = client.resumeUpload(photo());
    assertThat(resumed.getOffset()).isEqualTo(2 * CHUNK);
    send(resumed);
    assertDone("java-pause", resumed);
  }

  @Test
  void anUploadCutMidChunkGoesOnWhereItWas() throws Exception {
    try (var network = new CuttingProxy(cluster.ingest.port(), 1_500_000, 2)) {
      var client = client("java-cut", network.base());
      var uploaders = new TusUploader[1];
      var executor =
          new TusExecutor() {
            @Override
            protected void makeAttempt() throws ProtocolException, IOException {
              uploaders[0] = client.resumeOrCreateUpload(photo());
              send(uploaders[0]);
            }
          };
      executor.setDelays(new int[] {100, 500, 1000, 2000});
      assertThat(executor.makeAttempts()).isTrue();
      assertThat(network.cuts()).isEqualTo(2);
      assertDone("java-cut", uploaders[0]);
    }
  }
}
