package dev.offstage.worker.execute;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.offstage.client.Announcer;
import dev.offstage.job.JobState;
import dev.offstage.job.Outcome;
import dev.offstage.queue.QueueProperties;
import dev.offstage.store.Claim;
import dev.offstage.store.Db;
import dev.offstage.store.JobStore;
import dev.offstage.store.Settlement;
import dev.offstage.store.Strays;
import dev.offstage.store.WorkerStore;
import dev.offstage.trace.JobTraces;
import dev.offstage.worker.attempt.AttemptContext;
import dev.offstage.worker.attempt.JobLogs;
import dev.offstage.worker.lease.Lease;
import dev.offstage.worker.lease.LeaseProperties;
import dev.offstage.worker.payload.Payloads;
import io.micrometer.core.instrument.MeterRegistry;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/** Everything of a worker but where its tickets come from: lease, claims, slots, settles. */
@Component
public final class Engine {
  private static final Logger log = LoggerFactory.getLogger(Engine.class);

  /** After an interrupt, handlers have so long to notice it before their jobs are handed back. */
  private static final Duration LAST_CALL = Duration.ofSeconds(3);

  private static final Duration SWEEP = Duration.ofMinutes(1);

  /** How late a timeout may be. A timer for each attempt would cost short jobs more than it. */
  private static final Duration TIMEOUTS = Duration.ofMillis(100);

  /** Heartbeat, claims, settles, and the rounds that look after them. */
  private static final int OWN_CONNECTIONS = 4;

  private final ExecuteProperties properties;
  private final HikariDataSource ownConnections;
  private final WorkerStore workers;
  private final Running running = new Running();
  private final Lease lease;
  private final Claimer claimer;
  private final Settler settler;
  private final Settlements settlements;
  private final JobLogs logs;
  private final Cancellations cancellations;

  /** Never waits for anything, so that timeouts are on time. */
  private final ScheduledExecutorService timer = timer("timeouts");

  /** Asks PostgreSQL now and then. */
  private final ScheduledExecutorService rounds = timer("rounds");

  private final List<PoolRunner> pools;

  /** What an engine needs of the application. */
  record Parts(
      Handlers handlers,
      Payloads payloads,
      AttemptContext.Stores stores,
      Strays strays,
      Announcer announcer,
      JobTraces traces,
      MeterRegistry meters) {}

  Engine(
      ExecuteProperties properties,
      LeaseProperties leaseProperties,
      QueueProperties queues,
      HikariDataSource dataSource,
      Parts parts) {
    this.properties = properties;
    this.ownConnections = ownConnections(dataSource);
    var db = Db.over(ownConnections);
    var jobs = JobStore.over(db);
    var handlers = parts.handlers();
    var live = parts.stores().live();
    this.workers = WorkerStore.over(db);
    this.lease = new Lease(workers, leaseProperties, Hosts.name(), handlers.abilities(), running);
    this.claimer = new Claimer(jobs, parts.strays(), lease, handlers.kinds(), live);
    this.settler = new Settler(jobs, live, parts.announcer());
    this.settlements = new Settlements(handlers, new SecureRandom());
    this.logs = new JobLogs(parts.stores().notes());
    this.cancellations = new Cancellations(jobs, running);
    var performer =
        new Performer(
            handlers, parts.payloads(), parts.stores(), logs, parts.traces(), parts.meters());
    var runner = new JobRunner(performer, running, settlements, settler);
    this.pools =
        handlers.pools(queues).stream()
            .map(
                name ->
                    new PoolRunner(name, properties.pool(name), claimer, runner, parts.meters()))
            .toList();
  }

  private static ScheduledExecutorService timer(String name) {
    return new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().name(name).daemon().factory());
  }

  /**
   * Heartbeats, claims and settles must get through when handlers have taken every other
   * connection.
   */
  private static HikariDataSource ownConnections(HikariDataSource shared) {
    var config = new HikariConfig();
    shared.copyStateTo(config);
    config.setPoolName("offstage-lease");
    config.setMaximumPoolSize(OWN_CONNECTIONS);
    var init = config.getConnectionInitSql();
    config.setConnectionInitSql(
        init == null ? JobStore.PLAN_ONCE : init + "; " + JobStore.PLAN_ONCE);
    config.setMinimumIdle(2);
    config.setMetricRegistry(null);
    // A connection that hangs must not take the lease with it.
    config.addDataSourceProperty("socketTimeout", "5");
    return new HikariDataSource(config);
  }

  /** The pools that this worker has handlers for. */
  public List<PoolRunner> pools() {
    return pools;
  }

  public Lease lease() {
    return lease;
  }

  /** How many jobs run. */
  public int running() {
    return running.count();
  }

  public void start() {
    lease.start();
    every(timer, TIMEOUTS, running::timeOut);
    every(rounds, SWEEP, this::handBackUnheld);
    every(rounds, Cancellations.EVERY, cancellations::heed);
    every(rounds, JobLogs.EVERY, logs::sendGathered);
  }

  private static void every(ScheduledExecutorService timer, Duration time, Runnable round) {
    timer.scheduleWithFixedDelay(round, time.toMillis(), time.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * Lets what runs finish within the grace period, then interrupts it, and hands back what even
   * that does not end. To be called once no more tickets come.
   */
  public void stop() {
    try {
      if (!running.awaitNone(properties.grace())) {
        log.warn("Interrupting {} jobs: the grace period is over", running.count());
        running.interruptAll(new Outcome.Interrupted());
        if (!running.awaitNone(LAST_CALL)) {
          handBack();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    timer.shutdownNow();
    rounds.shutdownNow();
    logs.close();
    claimer.close(LAST_CALL);
    settler.close(LAST_CALL);
    lease.stop();
    ownConnections.close();
  }

  private void handBack() {
    for (var attempt : running.all()) {
      log.warn("Job {} does not heed its interrupt; handed back while it runs", attempt.job().id());
      var unused =
          settler.settle(
              attempt.worker(), settlements.of(attempt.job(), new Outcome.Interrupted()));
    }
  }

  /**
   * Running rows of ours that we do not hold: a claim whose answer was lost with its connection.
   */
  private void handBackUnheld() {
    try {
      for (var claim : workers.runningOf(lease.id(), SWEEP)) {
        if (!running.holds(claim)) {
          log.warn("Job {} is ours but not held; handed back", claim.id());
          var unused = settler.settle(lease.id(), handedBack(claim));
        }
      }
    } catch (DataAccessException e) {
      log.warn("Could not look for jobs that are ours but not held: {}", e.getMessage());
    }
  }

  private static Settlement handedBack(Claim claim) {
    return new Settlement(
        claim.id(), claim.claimNo(), JobState.AVAILABLE, false, Duration.ZERO, null, null);
  }
}
