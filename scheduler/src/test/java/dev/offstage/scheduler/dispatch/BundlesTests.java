package dev.offstage.scheduler.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offstage.job.Priority;
import dev.offstage.store.DueJob;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BundlesTests {
  private final Bundles bundles = new Bundles(20);

  private static List<DueJob> jobs(int count) {
    return IntStream.range(0, count).mapToObj(n -> Dues.job("acme", Priority.NORMAL)).toList();
  }

  private List<Integer> sizes(List<DueJob> jobs, boolean backlog, int window) {
    return bundles.of(jobs, backlog, window).stream().map(bundle -> bundle.jobs().size()).toList();
  }

  @Test
  void whenCalmEachJobTravelsAlone() {
    assertThat(sizes(jobs(16), false, 20)).hasSize(16).containsOnly(1);
  }

  @Test
  void aBacklogOfAFastPoolTravelsInFullBundles() {
    assertThat(sizes(jobs(50), true, 1_000)).containsExactly(20, 20, 10);
  }

  @Test
  void aBacklogOfASlowPoolIsSharedOut() {
    assertThat(sizes(jobs(20), true, 20)).hasSize(10).containsOnly(2);
  }

  @Test
  void longJobsTravelAloneWhatever() {
    assertThat(new Bundles(1).of(jobs(100), true, 1_000)).hasSize(100);
  }

  @Test
  void aJobThatMayHaveKilledItsWorkerTravelsAlone() {
    var suspect = Dues.job("acme", Priority.NORMAL, 1);
    var all = List.of(jobs(1).getFirst(), suspect, jobs(1).getFirst());

    var sent = bundles.of(all, true, 1_000);

    assertThat(sent).hasSize(2);
    assertThat(sent.get(1).jobs()).containsExactly(suspect);
  }

  @Test
  void urgentJobsGoToAQueueOfTheirOwn() {
    var urgent = Dues.job("acme", Priority.HIGH);
    var bulk = Dues.job("acme", Priority.BULK);

    var sent = bundles.of(List.of(urgent, bulk), true, 1_000);

    assertThat(sent)
        .containsExactly(
            new Bundles.Bundle(Priority.HIGH, List.of(urgent)),
            new Bundles.Bundle(Priority.NORMAL, List.of(bulk)));
  }

  @Test
  void theDepthCountsTheJobsOfTheMessagesSentLast() {
    for (var bundle : bundles.of(jobs(50), true, 1_000)) {
      bundles.sent(bundle);
    }
    assertThat(bundles.depth(3)).isEqualTo(50);
    assertThat(bundles.depth(2)).isEqualTo(30);
    assertThat(bundles.depth(1)).isEqualTo(10);
    assertThat(bundles.depth(0)).isZero();
  }

  @Test
  void aMessageOfAnotherNodeCountsAsHalfFull() {
    assertThat(bundles.depth(3)).isEqualTo(30);
    assertThat(new Bundles(1).depth(3)).isEqualTo(3);
  }
}
