package dev.offstage.scheduler.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offstage.job.Priority;
import dev.offstage.store.DispatchStore.Line;
import dev.offstage.store.DispatchStore.Take;
import dev.offstage.store.DueJob;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FairShareTests {
  private final FairShare share =
      new FairShare(
          Map.of(Priority.HIGH, 8, Priority.NORMAL, 4, Priority.LOW, 2, Priority.BULK, 1));

  private static Line line(String tenant, Priority priority) {
    return new Line(priority, tenant, true);
  }

  private static List<DueJob> jobs(int count, String tenant, Priority priority) {
    return Stream.generate(() -> Dues.job(tenant, priority)).limit(count).toList();
  }

  private static List<DueJob> all(List<List<DueJob>> lists) {
    var all = new ArrayList<DueJob>();
    lists.forEach(all::addAll);
    return all;
  }

  @Test
  void prioritiesShareByWeightAndNoneStarves() {
    var lines = Stream.of(Priority.values()).map(p -> line("acme", p)).toList();
    var heads = all(Stream.of(Priority.values()).map(p -> jobs(150, "acme", p)).toList());

    var picked = share.pick(lines, heads, 150);

    assertThat(picked).filteredOn(job -> job.priority() == Priority.HIGH).hasSize(80);
    assertThat(picked).filteredOn(job -> job.priority() == Priority.NORMAL).hasSize(40);
    assertThat(picked).filteredOn(job -> job.priority() == Priority.LOW).hasSize(20);
    assertThat(picked).filteredOn(job -> job.priority() == Priority.BULK).hasSize(10);
  }

  @Test
  void evenARoomOfOneComesToEachInTheEnd() {
    var lines = Stream.of(Priority.values()).map(p -> line("acme", p)).toList();
    var picked = new ArrayList<DueJob>();
    for (int round = 0; round < 15; round++) {
      var heads = all(Stream.of(Priority.values()).map(p -> jobs(1, "acme", p)).toList());
      picked.addAll(share.pick(lines, heads, 1));
    }
    assertThat(picked).extracting(DueJob::priority).contains(Priority.BULK, Priority.LOW);
    assertThat(picked).filteredOn(job -> job.priority() == Priority.HIGH).hasSize(8);
  }

  @Test
  void anUnusedShareGoesToTheOthers() {
    var lines = List.of(line("acme", Priority.HIGH), line("acme", Priority.BULK));
    var heads = all(List.of(jobs(2, "acme", Priority.HIGH), jobs(100, "acme", Priority.BULK)));

    assertThat(share.pick(lines, heads, 50)).hasSize(50);
  }

  @Test
  void tenantsTakeTurns() {
    var lines = List.of(line("big", Priority.NORMAL), line("small", Priority.NORMAL));
    var heads = all(List.of(jobs(10, "big", Priority.NORMAL), jobs(1, "small", Priority.NORMAL)));

    assertThat(share.pick(lines, heads, 4))
        .extracting(DueJob::tenant)
        .containsExactly("big", "small", "big", "big");
    assertThat(share.cursors()).containsEntry(Priority.NORMAL, "big");
  }

  @Test
  void theNextRoundBeginsBehindWhoWasServedLast() {
    var lines = List.of(line("a", Priority.LOW), line("b", Priority.LOW), line("c", Priority.LOW));
    var heads = all(Stream.of("a", "b", "c").map(t -> jobs(1, t, Priority.LOW)).toList());

    share.pick(lines, heads, 2);

    assertThat(share.cursors()).containsEntry(Priority.LOW, "b");
  }

  @Test
  void tenantsWhoseJobsAllLieAheadDoNotHideThoseBehind() {
    var lines = List.of(new Line(Priority.LOW, "a", false), new Line(Priority.LOW, "b", false));
    share.pick(lines, List.of(), 2);

    assertThat(share.cursors()).containsEntry(Priority.LOW, "b");
  }

  @Test
  void twiceAnEvenShareOfEachLineIsLookedAt() {
    var lines =
        List.of(
            line("a", Priority.HIGH),
            line("a", Priority.BULK),
            line("b", Priority.BULK),
            new Line(Priority.BULK, "c", false));

    assertThat(share.takes(lines, 90, line -> null))
        .containsExactly(
            new Take(line("a", Priority.HIGH), 90, null),
            new Take(line("a", Priority.BULK), 10, null),
            new Take(line("b", Priority.BULK), 10, null));
  }

  @Test
  void aLineThatGaveAllItWasAskedForMayBeLonger() {
    var takes = List.of(new Take(line("a", Priority.LOW), 2, null));

    assertThat(FairShare.cut(takes, jobs(2, "a", Priority.LOW))).isTrue();
    assertThat(FairShare.cut(takes, jobs(1, "a", Priority.LOW))).isFalse();
    assertThat(FairShare.cut(takes, jobs(2, "b", Priority.LOW))).isFalse();
  }
}
