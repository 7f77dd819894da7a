package dev.offstage.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offstage.job.JobId;
import dev.offstage.job.JobKind;
import dev.offstage.job.JobState;
import dev.offstage.job.NewJob;
import dev.offstage.job.Priority;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class JobSearchIT {
  @SuppressWarnings("NullAway.Init")
  private static TestDatabase db;

  @SuppressWarnings("NullAway.Init")
  private static JobSearch search;

  private final String tenant = "t-" + UUID.randomUUID();

  @BeforeAll
  static void migrate() {
    db = new TestDatabase();
    search = JobSearch.over(db.db);
  }

  private JobId job(String kind, UnaryOperator<NewJob.Builder> options) {
    var job = options.apply(NewJob.builder(tenant, new JobKind(kind), "{\"secret\":1}")).build();
    var id = db.ids.next();
    db.enqueues.insert(List.of(JobRow.of(id, job, "pool-of-" + kind.charAt(0), null)));
    return id;
  }

  private JobId job(String kind) {
    return job(kind, options -> options);
  }

  private void end(JobId id, String outcome, String message) {
    db.jdbc
        .sql(
            """
            update job set state = :outcome, outcome = :outcome, due_at = null, ended_at = now(),
                           error_reason = 'broken', error_message = :message, result = '[7]'
            where id = :id
            """)
        .param("outcome", outcome)
        .param("message", message)
        .param("id", id.value())
        .update();
  }

  private JobFilter all() {
    return new JobFilter(tenant, null, Set.of(), null, null, null, null, null, null, null, null);
  }

  private JobFilter kind(String kind) {
    return new JobFilter(tenant, null, Set.of(), kind, null, null, null, null, null, null, null);
  }

  private List<JobId> ids(JobFilter filter) {
    var ids = new ArrayList<JobId>();
    JobId before = null;
    do {
      var page = search.find(filter, before, 2);
      page.jobs().forEach(job -> ids.add(job.id()));
      before = page.next();
    } while (before != null);
    assertThat(search.findIds(filter, null, 200).jobs()).isEqualTo(ids);
    return ids;
  }

  @Test
  void theNewestComeFirstPageByPage() {
    var ids = new ArrayList<JobId>();
    for (var kind : List.of("a.one", "b.two", "a.two", "a_b", "b.two", "axb", "a.one")) {
      ids.addFirst(job(kind));
    }
    ids.sort(Comparator.reverseOrder());
    end(ids.get(1), "completed", "");
    end(ids.get(4), "discarded", "");

    assertThat(ids(all())).isEqualTo(ids);
    assertThat(ids(kind("b.two"))).hasSize(2).isSubsetOf(ids);
    assertThat(ids(kind("a.*"))).hasSize(3);
    assertThat(ids(kind("a_b"))).hasSize(1);
    assertThat(ids(kind("none.*"))).isEmpty();
    assertThat(
            ids(
                new JobFilter(
                    tenant, null, Set.of(), null, "pool-of-b", null, null, null, null, null, null)))
        .hasSize(2);
    assertThat(search.find(all(), null, 10).jobs())
        .allSatisfy(
            job -> {
              assertThat(job.payload()).isEqualTo("null");
              assertThat(job.result()).isNull();
            });
  }

  @Test
  void jobsAreFoundByTheirStates() {
    var available = job("s.a");
    var scheduled = job("s.a", options -> options.delay(Duration.ofHours(1)));
    var completed = job("s.a");
    var cancelled = job("s.a");
    var discarded = job("s.b");
    end(completed, "completed", "");
    end(cancelled, "cancelled", "");
    end(discarded, "discarded", "");

    assertThat(in(JobState.AVAILABLE)).containsExactly(available);
    assertThat(in(JobState.SCHEDULED, JobState.COMPLETED))
        .containsExactlyInAnyOrder(scheduled, completed);
    assertThat(in(JobState.DISCARDED)).containsExactly(discarded);
    assertThat(in(JobState.DISCARDED, JobState.CANCELLED))
        .containsExactlyInAnyOrder(cancelled, discarded);
    assertThat(in(JobState.RUNNING, JobState.CANCELLED)).containsExactly(cancelled);
  }

  private List<JobId> in(JobState... states) {
    return ids(all().in(Set.of(states)));
  }

  @Test
  void jobsAreFoundByWhomAndWhatTheyBelongTo() {
    var workflow = UUID.randomUUID();
    var adas = job("o.a", options -> options.owner("ada"));
    var tagged = job("o.a", options -> options.tags(List.of("eu", "plan:pro")));
    job("o.a", options -> options.owner("bob"));
    var failed = job("o.b", options -> options.owner("ada"));
    end(failed, "discarded", "connect to 10.0.0.7 refused: Connection reset");
    db.jdbc.sql("update job set workflow = ? where id = ?").params(workflow, adas.value()).update();

    assertThat(ids(by("ada", null, null, null, null))).containsExactlyInAnyOrder(adas, failed);
    assertThat(ids(by("ada", null, null, "broken", null))).containsExactly(failed);
    assertThat(ids(by(null, "plan:pro", null, null, null))).containsExactly(tagged);
    assertThat(ids(by("ada", "plan:pro", null, null, null))).isEmpty();
    assertThat(ids(by(null, null, workflow, null, null))).containsExactly(adas);
    assertThat(ids(by("bob", null, workflow, null, null))).isEmpty();
    assertThat(ids(by(null, null, null, "broken", null))).containsExactly(failed);
    assertThat(ids(by(null, null, null, null, "connection refused"))).containsExactly(failed);
    assertThat(ids(by(null, null, null, null, "\"connection refused\""))).isEmpty();
    assertThat(search.findIds(by(null, null, null, null, "' & | ! ( :* \\"), null, 9))
        .as("odd, yet no error")
        .isNotNull();
    assertThat(ids(by("bob", null, null, null, "connection"))).isEmpty();
  }

  private JobFilter by(
      @Nullable String owner,
      @Nullable String tag,
      @Nullable UUID workflow,
      @Nullable String error,
      @Nullable String words) {
    return new JobFilter(
        tenant, owner, Set.of(), null, null, tag, workflow, error, words, null, null);
  }

  @Test
  void jobsAreFoundByTheTimeOfTheirMaking() {
    var now = Instant.now();
    job("c.a");

    assertThat(ids(between(now.minusSeconds(60), now.plusSeconds(60)))).hasSize(1);
    assertThat(ids(between(now.plusSeconds(60), null))).isEmpty();
    assertThat(ids(between(null, now.minusSeconds(60)))).isEmpty();
    assertThat(ids(between(Instant.EPOCH.minusSeconds(9), Instant.parse("9999-12-31T23:59:59Z"))))
        .hasSize(1);
  }

  private JobFilter between(@Nullable Instant from, @Nullable Instant to) {
    return new JobFilter(tenant, null, Set.of(), null, null, null, null, null, null, from, to);
  }

  @Test
  void anotherTenantsJobsAreNotThere() {
    job("x.a");

    assertThat(
            search
                .find(
                    new JobFilter(
                        "nobody", null, Set.of(), "x.a", null, null, null, null, null, null, null),
                    null,
                    9)
                .jobs())
        .isEmpty();
  }

  /** The needle is the oldest; no page may look at all of the hay. */
  @Test
  void whatIsRareIsComeToByPagesThatLookAtSoManyRows() {
    var needle = job("h.hay", options -> options.tags(List.of("needle")).priority(Priority.HIGH));
    db.jdbc.sql("update job set pool = 'lost' where id = ?").param(needle.value()).update();
    db.jdbc
        .sql(
            """
            insert into job (id, tenant, kind, pool, priority, state, due_at, max_attempts, payload,
                             timeout)
            select (substr(:id, 1, 15) || 'f' || substr(:id, 17, 8) || lpad(to_hex(n), 12, '0'))::uuid,
                   :tenant, 'h.hay', 'pool-of-h', 1, 'available', now(), 1, '{}', interval '1 s'
            from generate_series(1, 45000) n
            """)
        .param(
            "id",
            new JobId(
                    new UUID(
                        needle.value().getMostSignificantBits() + 0x10000,
                        needle.value().getLeastSignificantBits()))
                .toString())
        .param("tenant", tenant)
        .update();
    db.jdbc
        .sql("insert into job_count_delta values (:t, 'h.hay', 'lost', 'live', 1)")
        .param("t", tenant)
        .update();

    var lost =
        new JobFilter(tenant, null, Set.of(), null, "lost", null, null, null, null, null, null);
    var pages = new ArrayList<List<JobId>>();
    JobId before = null;
    do {
      var page = search.findIds(lost, before, 10);
      pages.add(page.jobs());
      before = page.next();
    } while (before != null);
    assertThat(pages).containsExactly(List.of(), List.of(), List.of(needle));

    var tagged = search.findIds(by(null, "needle", null, null, null), null, 10);
    assertThat(tagged.jobs()).as("by its index, in one").containsExactly(needle);
    assertThat(tagged.next()).isNull();
  }

  @Test
  void countsAreThoseThatWereLeftByEachBatch() {
    job("n.a");
    job("n.a");
    job("n.b");

    assertThat(JobCountStore.over(db.db).counts(tenant))
        .containsExactly(
            new JobCountStore.Count("n.a", "pool-of-n", "live", 2),
            new JobCountStore.Count("n.b", "pool-of-n", "live", 1));
  }
}
