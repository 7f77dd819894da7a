package dev.offstage.e2e.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.offstage.client.JobClient;
import dev.offstage.destination.DestinationStore;
import dev.offstage.job.Backoff;
import dev.offstage.job.DestinationName;
import dev.offstage.job.Job;
import dev.offstage.job.JobFailure;
import dev.offstage.job.JobId;
import dev.offstage.job.JobKind;
import dev.offstage.job.JobState;
import dev.offstage.job.NewJob;
import dev.offstage.job.Outcome;
import dev.offstage.servers.Servers;
import dev.offstage.store.JobSearch;
import dev.offstage.store.JobStore;
import dev.offstage.worker.destination.Called.Answered;
import dev.offstage.worker.destination.Called.NotNow;
import dev.offstage.worker.destination.Destinations;
import dev.offstage.worker.destination.Verdict;
import dev.offstage.worker.handler.JobContext;
import dev.offstage.worker.handler.JobHandler;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Destinations that fail, and what that is to the others: by a worker of ten slots. */
@Timeout(120)
class DestinationsIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** What each destination does when it is called, and how it was called. */
  private static final class Place {
    private final AtomicInteger under = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final AtomicInteger calls = new AtomicInteger();
    private final CountDownLatch holding = new CountDownLatch(1);
    private volatile boolean up = true;
    private volatile boolean holds;

    private Verdict call() throws InterruptedException {
      calls.incrementAndGet();
      most.accumulateAndGet(under.incrementAndGet(), Math::max);
      try {
        if (holds) {
          holding.await();
        }
        return up ? Verdict.HEALTHY : new Verdict.Unhealthy("nobody is there");
      } finally {
        under.decrementAndGet();
      }
    }
  }

  private static final Map<String, Place> PLACES = new ConcurrentHashMap<>();

  @Configuration(proxyBeanMethods = false)
  static class Handlers {
    record To(String destination) {}

    @Bean
    JobHandler<To> partner(Destinations destinations) {
      return new JobHandler<>() {
        @Override
        public JobKind kind() {
          return new JobKind("http.partner");
        }

        @Override
        public Class<To> payloadType() {
          return To.class;
        }

        @Override
        public Backoff backoff() {
          return new Backoff.Fixed(Duration.ofMillis(50), 0);
        }

        @Override
        public Outcome run(To payload, JobContext context) throws Exception {
          var place = Objects.requireNonNull(PLACES.get(payload.destination()));
          var called =
              destinations.call(
                  new DestinationName(payload.destination()),
                  context,
                  limit -> place.call(),
                  verdict -> verdict);
          return switch (called) {
            case NotNow<Verdict> refused -> refused.outcome();
            case Answered<Verdict>(Verdict.Healthy healthy) -> new Outcome.Complete(null);
            case Answered<Verdict> answered ->
                new Outcome.Retry(new JobFailure("down", "nobody is there"), null);
          };
        }
      };
    }
  }

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private static Path blobs;

  @SuppressWarnings("NullAway.Init")
  private static ConfigurableApplicationContext context;

  @BeforeAll
  static void start() {
    context =
        Applications.start(
            List.of(Handlers.class),
            Servers.shared().springProperties(true, true),
            blobs,
            "--offstage.worker.pools.integration.slots=10",
            "--offstage.destinations.rules[0].pattern=host:hole/*",
            "--offstage.destinations.rules[0].at-once=4",
            "--offstage.destinations.rules[0].time-limit=1m");
  }

  @AfterAll
  static void stop() {
    context.close();
  }

  @Test
  void oneDeadDestinationNeverTakesMoreThanItsShareOfThePool() {
    var dead = place("host:hole/dead.example.com");
    dead.holds = true;
    var live = place("host:hole/live.example.com");
    var stuck = enqueue("host:hole/dead.example.com", 30);
    await().atMost(PATIENCE).until(() -> dead.under.get() == 4);

    var done = enqueue("host:hole/live.example.com", 60);

    await().atMost(PATIENCE).until(() -> completed(done) == 60);
    assertThat(live.most.get()).isLessThanOrEqualTo(4);
    assertThat(dead.under.get()).isEqualTo(4);
    assertThat(completed(stuck)).isZero();
    dead.holds = false;
    dead.holding.countDown();
    await().atMost(PATIENCE).until(() -> completed(stuck) == 30);
    assertThat(dead.most.get()).isEqualTo(4);
  }

  @Test
  void anOutageOfAnHourCostsThoseWhoWaitNoAttemptAndAllArriveOnceItIsOver() {
    var name = "host:acme/down.example.com";
    var place = place(name);
    place.up = false;
    var jobs = enqueue(name, 60);
    await().atMost(PATIENCE).until(() -> waiting(name) == 60);
    int before = place.calls.get();
    assertThat(before).as("calls until the circuit opened").isLessThan(60);

    for (int minutes = 0; minutes < 60; minutes += 6) {
      pass(name, Duration.ofMinutes(6));
      int calls = place.calls.get();
      await().atMost(PATIENCE).until(() -> place.calls.get() > calls && waiting(name) == 60);
    }
    assertThat(place.calls.get() - before).as("one probe each time").isEqualTo(10);
    var job = find(jobs.getLast());
    assertThat(context.getBean(JobSearch.class).blockedBy(List.of(job)).get(job.id()))
        .satisfies(
            blocked -> {
              assertThat(Objects.requireNonNull(blocked).by()).isEqualTo("destination:" + name);
              assertThat(blocked.reason()).isEqualTo("nobody is there");
              assertThat(blocked.until()).isNotNull();
            });

    place.up = true;
    pass(name, Duration.ofMinutes(6));

    await().atMost(PATIENCE).until(() -> completed(jobs) == 60);
    int attempts = jobs.stream().mapToInt(id -> find(id).attempt()).sum();
    assertThat(attempts).as("attempts are calls").isEqualTo(place.calls.get());
    assertThat(jobs.stream().mapToInt(id -> find(id).claimNo()).max().orElseThrow())
        .as("they do not go round and round")
        .isLessThan(25);
  }

  @Test
  void aJobThatDidNotSayWhereItGoesWaitsThereAllTheSame() {
    var name = "host:acme/unsaid.example.com";
    place(name);
    context.getBean(DestinationStore.class).pause(new DestinationName(name), "they asked us to");
    await().atMost(PATIENCE).until(() -> enqueuedUnsaid(name));

    context.getBean(DestinationStore.class).resume(new DestinationName(name));

    await().atMost(PATIENCE).until(() -> waiting(name) == 0);
  }

  /** Until the worker has looked, a call may still go through. */
  private static boolean enqueuedUnsaid(String name) {
    var id = context.getBean(JobClient.class).enqueue(job(name).build());
    await().atMost(PATIENCE).until(() -> waiting(name) > 0 || completed(List.of(id)) == 1);
    return waiting(name) > 0;
  }

  private static Place place(String name) {
    return PLACES.computeIfAbsent(name, each -> new Place());
  }

  private static NewJob.Builder job(String destination) {
    return NewJob.builder(
        "acme", new JobKind("http.partner"), "{\"destination\":\"" + destination + "\"}");
  }

  private static List<JobId> enqueue(String destination, int count) {
    var job = job(destination).maxAttempts(100).destination(new DestinationName(destination));
    var client = context.getBean(JobClient.class);
    return IntStream.range(0, count).mapToObj(n -> client.enqueue(job.build())).toList();
  }

  private static Job find(JobId id) {
    return context.getBean(JobStore.class).find(id, "acme", null).orElseThrow();
  }

  private static long completed(List<JobId> jobs) {
    return jobs.stream().filter(id -> find(id).state() == JobState.COMPLETED).count();
  }

  private static long waiting(String name) {
    return context
        .getBean(JdbcClient.class)
        .sql("select count(*) from parked where gate = ?")
        .param("destination:" + name)
        .query(Long.class)
        .single();
  }

  private static void pass(String name, Duration time) {
    context
        .getBean(JdbcClient.class)
        .sql("update gate set shut_until = shut_until - ? * interval '1 ms' where id = ?")
        .params(time.toMillis(), "destination:" + name)
        .update();
  }
}
