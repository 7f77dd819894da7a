package dev.offstage.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offstage.job.JobKind;
import dev.offstage.job.NewJob;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JobIdsIT {
  @SuppressWarnings("NullAway.Init")
  private static TestDatabase db;

  @BeforeAll
  static void migrate() {
    db = new TestDatabase();
  }

  @ParameterizedTest
  @ValueSource(longs = {-40_000, -1, 0, 1, 40_000})
  void aNodesClockThatIsOffByDaysStillMakesIdsOfPostgresTime(long hours) {
    var skewed = InstantSource.offset(InstantSource.system(), Duration.ofHours(hours));
    var id = new JobIds(db.jdbc, skewed).next();

    long millis = id.value().getMostSignificantBits() >>> 16;
    assertThat(Instant.ofEpochMilli(millis))
        .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(60));
    assertThat(id.value().version()).isEqualTo(7);
    assertThat(id.value().variant()).isEqualTo(2);
    db.enqueues.insert(
        List.of(
            JobRow.of(
                id, NewJob.of("acme", null, new JobKind("test.work"), "{}"), "default", null)));
    assertThat(db.jobs.find(id, "acme", null)).isPresent();
  }

  @Test
  void idsAreUnique() {
    assertThat(Stream.generate(db.ids::next).limit(10_000).distinct()).hasSize(10_000);
  }
}
