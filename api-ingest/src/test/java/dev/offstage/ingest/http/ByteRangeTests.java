package dev.offstage.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteRangeTests {

  @ParameterizedTest
  @CsvSource({
    "bytes=0-0, bytes 0-0/10",
    "bytes=0-, bytes 0-9/10",
    "bytes=3-5, bytes 3-5/10",
    "bytes=3-99, bytes 3-9/10",
    "bytes=9-, bytes 9-9/10",
    "bytes=-1, bytes 9-9/10",
    "bytes=-99, bytes 0-9/10",
    "Bytes = 3 - 5, bytes 3-5/10",
  })
  void aGoodRangeIsAPart(String header, String contentRange) {
    var range = ByteRange.of(header, 10);

    assertThat(range).isNotNull();
    assertThat(range.isPart()).isTrue();
    assertThat(range.contentRange()).isEqualTo(contentRange);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "bytes",
        "bytes=",
        "bytes=-",
        "bytes=5-3",
        "bytes=a-b",
        "lines=0-1",
        "bytes=0-1,3-4",
        "bytes=99999999999999999999-"
      })
  void whatIsMalformedOrManifoldIsIgnored(String header) {
    assertThat(ByteRange.of(header, 10)).isEqualTo(new ByteRange(0, 10, 10, false));
  }

  @Test
  void noHeaderMeansTheWhole() {
    assertThat(ByteRange.of(null, 10)).isEqualTo(new ByteRange(0, 10, 10, false));
  }

  @ParameterizedTest
  @CsvSource({"bytes=10-, 10", "bytes=999999999999999999-, 10", "bytes=-0, 10", "bytes=0-, 0"})
  void whatLiesOutsideCannotBeSatisfied(String header, long size) {
    assertThat(ByteRange.of(header, size)).isNull();
  }
}
