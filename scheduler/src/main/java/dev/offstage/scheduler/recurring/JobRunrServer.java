package dev.offstage.scheduler.recurring;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jobrunr.server.BackgroundJobServer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * JobRunr's server, from the application's start to its end. It stops itself when PostgreSQL is
 * away for long (JobRunr's issues 82 and 784), and stays so: another one takes its place.
 */
final class JobRunrServer implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(JobRunrServer.class);

  private final Supplier<BackgroundJobServer> servers;
  private final Duration look;
  private @Nullable BackgroundJobServer server;
  private @Nullable CountDownLatch stopping;

  /**
   * @param servers makes one that was not started; its id is its own
   * @param look how often it is looked whether it runs
   */
  JobRunrServer(Supplier<BackgroundJobServer> servers, Duration look) {
    this.servers = servers;
    this.look = look;
  }

  @Override
  public synchronized void start() {
    server = started();
    var end = new CountDownLatch(1);
    stopping = end;
    Thread.ofVirtual().name("jobrunr-watch").start(() -> watch(end));
  }

  private BackgroundJobServer started() {
    var next = servers.get();
    try {
      next.start();
      return next;
    } catch (RuntimeException e) {
      next.stop(); // some of its threads may have begun
      throw e;
    }
  }

  private void watch(CountDownLatch end) {
    try {
      while (!end.await(look.toNanos(), TimeUnit.NANOSECONDS)) {
        replace();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void replace() {
    if (stopping == null || (server != null && server.isRunning())) {
      return;
    }
    try {
      server = started();
      log.warn("JobRunr's server had stopped itself; another one has taken its place");
    } catch (RuntimeException e) {
      log.warn("JobRunr's server has stopped itself, and none can be started yet", e);
    }
  }

  @Override
  public synchronized void stop() {
    if (stopping != null) {
      stopping.countDown();
      stopping = null;
    }
    if (server != null) {
      server.stop();
      server = null;
    }
  }

  @Override
  public synchronized boolean isRunning() {
    return stopping != null;
  }
}
