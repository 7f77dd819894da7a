package dev.offstage.scheduler.batch.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.offstage.blob.BlobKey;
import dev.offstage.scheduler.batch.BatchRun;
import dev.offstage.scheduler.batch.BatchState;
import dev.offstage.scheduler.batch.TestScheduler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StorageIT {
  private static final TestScheduler scheduler = TestScheduler.shared();

  @BeforeEach
  void aTenant() {
    scheduler.tenant("storer");
  }

  private static BlobKey blob(String path, int bytes, int hoursOld) throws IOException {
    var key = new BlobKey(path);
    scheduler.blobs().put(key, new byte[bytes]);
    Files.setLastModifiedTime(
        scheduler.directory().resolve(path),
        FileTime.from(Instant.now().minus(Duration.ofHours(hoursOld))));
    return key;
  }

  private static BatchRun audit(String... more) {
    var parameters = new HashMap<>(Map.of("mostMissing", "1000"));
    for (int i = 0; i < more.length; i += 2) {
      parameters.put(more[i], more[i + 1]);
    }
    return scheduler.completed("audit-storage", parameters);
  }

  /** Kind, whether mended, of what was found about a blob. */
  private static List<Tuple> found(BatchRun run, BlobKey blob) {
    return scheduler
        .jdbc()
        .sql(
            """
            select kind, mended_at is not null as mended from storage_finding
            where run = ? and name = ?
            """)
        .params(scheduler.instance(run), blob.path())
        .query((row, n) -> tuple(row.getString("kind"), row.getBoolean("mended")))
        .list();
  }

  private static UUID asset(UUID upload, int bytes) {
    var asset = UUID.randomUUID();
    scheduler
        .jdbc()
        .sql(
            """
            insert into asset (id, tenant, upload_id, blob_key, byte_size, media_type, ready_at)
            values (?, 'storer', ?, ?, ?, 'image/jpeg', now())
            """)
        .params(asset, upload, BlobKey.upload(upload).path(), bytes)
        .update();
    return asset;
  }

  private static BlobKey variant(UUID asset) {
    var key = new BlobKey("variant/" + asset + "/" + UUID.randomUUID() + "-1/1024.webp");
    scheduler
        .jdbc()
        .sql(
            """
            insert into variant (asset_id, name, format, width, height, byte_size, blob_key)
            values (?, '1024', 'webp', 1, 1, 4, ?)
            """)
        .params(asset, key.path())
        .update();
    return key;
  }

  private static void upload(UUID id, String state, int received) {
    scheduler
        .jdbc()
        .sql(
            """
            insert into upload (id, tenant, state, length, received, blob_key, expires_at)
            values (?, 'storer', ?, 10, ?, ?, now() + interval '1 day')
            """)
        .params(id, state, received, BlobKey.upload(id).path())
        .update();
  }

  @Test
  void blobsThatNoRowNamesAreReportedAndGoneOnlyWhenTold() throws Exception {
    var orphan = blob("upload/" + UUID.randomUUID(), 3, 48);
    var orphanVariant = blob("variant/" + UUID.randomUUID() + "/x-1/1024.webp", 3, 48);
    var young = blob("upload/" + UUID.randomUUID(), 3, 1);
    var foreign = blob("somebody/else", 3, 48);
    var named = UUID.randomUUID();
    asset(named, 3);
    var original = blob("upload/" + named, 3, 48);

    var reported = audit();
    assertThat(found(reported, orphan)).containsExactly(tuple("blob-without-row", false));
    assertThat(found(reported, orphanVariant)).containsExactly(tuple("blob-without-row", false));
    assertThat(found(reported, foreign)).containsExactly(tuple("blob-unknown", false));
    assertThat(found(reported, young)).isEmpty();
    assertThat(found(reported, original)).isEmpty();
    assertThat(scheduler.blobs().find(orphan)).isPresent();
    assertThat(reported.figures()).containsKey("blob-without-row").doesNotContainKey("mended");

    var mended = audit("mend", "true");
    assertThat(found(mended, orphan)).containsExactly(tuple("blob-without-row", true));
    assertThat(found(mended, foreign)).containsExactly(tuple("blob-unknown", false));
    assertThat(scheduler.blobs().find(orphan)).isEmpty();
    assertThat(scheduler.blobs().find(orphanVariant)).isEmpty();
    assertThat(scheduler.blobs().find(young)).isPresent();
    assertThat(scheduler.blobs().find(foreign)).isPresent();
    assertThat(scheduler.blobs().find(original)).isPresent();
    scheduler.blobs().delete(foreign);
  }

  @Test
  void anUploadThatIsUnderWayIsNoOrphan() throws Exception {
    var open = UUID.randomUUID();
    upload(open, "open", 3);
    // Created long ago, and slow: its blob is old, and longer than was promised so far.
    var blob = blob("upload/" + open, 5, 100);
    var fresh = UUID.randomUUID();
    upload(fresh, "open", 0); // not a byte yet, nor a blob

    var run = audit("mend", "true");
    assertThat(found(run, blob)).isEmpty();
    assertThat(found(run, BlobKey.upload(fresh))).isEmpty();
    assertThat(scheduler.blobs().find(blob)).isPresent();
  }

  @Test
  void rowsWhoseBytesAreMissingSaySoOnceMended() throws Exception {
    var lost = UUID.randomUUID();
    var lostAsset = asset(lost, 3);
    var thinned = UUID.randomUUID();
    var thinnedAsset = asset(thinned, 3);
    blob("upload/" + thinned, 3, 48);
    var lostVariant = variant(thinnedAsset);
    var halved = UUID.randomUUID();
    upload(halved, "open", 8);
    blob("upload/" + halved, 4, 48);

    var run = audit("mend", "true");
    assertThat(found(run, BlobKey.upload(lost))).containsExactly(tuple("asset-without-blob", true));
    assertThat(found(run, lostVariant)).containsExactly(tuple("variant-without-blob", true));
    assertThat(found(run, BlobKey.upload(halved)))
        .containsExactly(tuple("upload-without-blob", true));
    assertThat(one("select deleted_at is not null from asset where id = ?", lostAsset)).isTrue();
    assertThat(one("select deleted_at is null from asset where id = ?", thinnedAsset)).isTrue();
    assertThat(one("select not exists (select from variant where asset_id = ?)", thinnedAsset))
        .isTrue();
    assertThat(one("select state = 'gone' from upload where id = ?", halved)).isTrue();
  }

  private static boolean one(String sql, UUID id) {
    return scheduler.jdbc().sql(sql).param(id).query(Boolean.class).single();
  }

  @Test
  void whereMuchIsMissingNothingIsMended() throws Exception {
    var assets = new UUID[] {UUID.randomUUID(), UUID.randomUUID()};
    for (var upload : assets) {
      asset(upload, 3);
    }
    var orphan = blob("upload/" + UUID.randomUUID(), 3, 48);

    var run = scheduler.run("audit-storage", Map.of("mend", "true", "mostMissing", "1"));
    assertThat(run.state()).isEqualTo(BatchState.FAILED);
    assertThat(run.exitMessage()).contains("rows lack their bytes (expected: at most 1)");
    assertThat(scheduler.blobs().find(orphan)).isPresent();
    assertThat(found(run, BlobKey.upload(assets[0])))
        .containsExactly(tuple("asset-without-blob", false));
    audit("mend", "true"); // for the other tests
  }
}
