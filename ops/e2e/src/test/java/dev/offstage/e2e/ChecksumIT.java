package dev.offstage.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Chunks with checksums, which neither of the two client libraries sends, over raw HTTP. */
class ChecksumIT {
  @RegisterExtension static final Cluster cluster = Cluster.shared();

  @ParameterizedTest
  @CsvSource({"sha1, SHA-1", "sha256, SHA-256"})
  void aBrokenChunkIsRefusedAndAWholeOneTaken(String name, String algorithm) throws Exception {
    var api = cluster.as("checksum-" + name);
    var photo = Photos.bytes(Photos.phone());
    var digest = MessageDigest.getInstance(algorithm);
    var upload = api.created(photo.length);
    var first = Arrays.copyOf(photo, 1_000_000);
    assertThat(
            api.patch(upload, 0, first, "Upload-Checksum", checksum(name, digest.digest(first)))
                .statusCode())
        .isEqualTo(204);

    var rest = digest.digest(Arrays.copyOfRange(photo, first.length, photo.length));
    var broken = photo.clone();
    broken[2_000_000] ^= 1;
    assertThat(
            api.patch(upload, first.length, broken, "Upload-Checksum", checksum(name, rest))
                .statusCode())
        .isEqualTo(460);
    assertThat(api.offset(upload)).isEqualTo(first.length);

    var finished = api.patch(upload, first.length, photo, "Upload-Checksum", checksum(name, rest));
    assertThat(finished.statusCode()).isEqualTo(204);
    var accepted = Api.Accepted.of(finished);
    Photos.assertDone(api, accepted.asset(), accepted.job(), photo);
  }

  private static String checksum(String name, byte[] digest) {
    return name + " " + Base64.getEncoder().encodeToString(digest);
  }
}
