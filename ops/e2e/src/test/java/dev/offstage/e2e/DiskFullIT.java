package dev.offstage.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The disk that uploads and variants are kept on has no room left, and then has some again. */
class DiskFullIT {
  @RegisterExtension static final Cluster cluster = Cluster.faulty();

  private static final long DISK = 32 << 20;

  @Test
  void aFullDiskRefusesUploadsAndDelaysVariantsAndLosesNothing() throws Exception {
    var disk = Files.createDirectories(cluster.directory().resolve("small-disk"));
    // Needs root, as ops/test is on a fresh machine; elsewhere nobody may limit a directory.
    assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=" + DISK, "offstage-e2e", disk.toString()),
        "a small file system can be mounted");
    try {
      fillAndFree(disk);
    } finally {
      run("umount", "--lazy", disk.toString());
    }
  }

  private static void fillAndFree(Path disk) throws Exception {
    cluster.workers.forEach(App::stop);
    var there = Map.of("offstage.blob.directory", disk.toString());
    var ingest = cluster.another("ingest-small-disk", "api-ingest", there, Map.of());
    var worker = cluster.another("worker-small-disk", "workers", there, Map.of());
    cluster.launch(ingest);
    var api = new Api(ingest.base(), cluster.token("small-disk"));
    var before = Photos.padded(Photos.phone(), 7_000_000, 1);
    var refused = Photos.padded(Photos.phone(), 7_000_000, 2);
    var accepted = api.upload(before);

    var filler = fill(disk, 1 << 20);
    var upload = api.created(refused.length);
    assertThat(sent(api, upload, 0, refused)).isIn(0, 507);
    long kept = api.offset(upload);
    assertThat(kept).isBetween(1L, refused.length - 1L);
    fill(disk, 0);
    var chunk = Arrays.copyOf(refused, (int) kept + 50_000);
    assertThat(sent(api, upload, kept, chunk)).isEqualTo(507);
    assertThat(api.offset(upload)).isBetween(kept, kept + 49_999);
    assertThat(ingest.health("liveness")).isEqualTo(200);
    // Jobs need no room there.
    var ledger = new JobLedger(cluster, "small-disk");
    JobLoad.enqueue(api, ledger, "small-disk-job", List.of("sleep:0"));
    cluster.launch(worker);
    awaitFailedAttempt(accepted.job());

    Files.delete(filler);
    Files.deleteIfExists(disk.resolve("filler-0"));
    Photos.assertDone(api, accepted.asset(), accepted.job(), before);
    var finished = api.patch(upload, api.offset(upload), refused);
    assertThat(finished.statusCode()).isEqualTo(204);
    var last = Api.Accepted.of(finished);
    Photos.assertDone(api, last.asset(), last.job(), refused);
    ledger.check();
  }

  /** The status; 0 where the server hung up on what was still being sent. */
  private static int sent(Api api, URI upload, long offset, byte[] bytes) {
    try {
      return api.patch(upload, offset, bytes).statusCode();
    } catch (IOException e) {
      return 0;
    }
  }

  /** Takes the room there is, but for so many bytes. */
  private static Path fill(Path disk, long but) throws IOException {
    var filler = disk.resolve("filler-" + but);
    try (var out = Files.newOutputStream(filler)) {
      var page = new byte[4096];
      while (Files.getFileStore(disk).getUsableSpace() > but) {
        out.write(page);
      }
    } catch (IOException e) {
      // Full already: as it is meant to be.
      assertThat(Files.getFileStore(disk).getUsableSpace()).isLessThanOrEqualTo(but + 4096);
    }
    return filler;
  }

  private static void awaitFailedAttempt(UUID job) {
    Awaitility.await("its variants find no room")
        .atMost(Duration.ofSeconds(120))
        .until(
            () ->
                cluster
                        .db()
                        .sql("select attempt from job where id = ? and error_reason is not null")
                        .param(job)
                        .query(Integer.class)
                        .optional()
                        .orElse(0)
                    >= 1);
  }

  private static boolean run(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor()
        == 0;
  }
}
