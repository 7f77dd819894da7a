package dev.offstage.scheduler.recurring;

import dev.offstage.boot.OffstageApplication;
import dev.offstage.scheduler.SchedulerApplication;
import dev.offstage.scheduler.console.Staged;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;

/**
 * A scheduler as a process, whose clock runs forty times as fast and stops when it has shown a
 * thousand seconds. Besides what fires schedules, a thread here does, as often as it can.
 */
final class TickingNode {
  static final Duration SHOWN = Duration.ofSeconds(1_000);

  private static final String BEGAN = "offstage.test.began";
  private static final int FASTER = 40;

  private TickingNode() {}

  @TestConfiguration(proxyBeanMethods = false)
  static class Clock {
    @Bean
    @Primary
    InstantSource fastClock() {
      var began = Instant.parse(System.getProperty(BEGAN));
      return () -> {
        var shown = Duration.between(began, Instant.now()).multipliedBy(FASTER);
        return began.plus(shown.compareTo(SHOWN) > 0 ? SHOWN : shown);
      };
    }
  }

  static String began(Instant at) {
    return "-D" + BEGAN + "=" + at;
  }

  public static void main(String[] arguments) throws InterruptedException {
    var context =
        OffstageApplication.of(SchedulerApplication.class)
            .sources(Clock.class, Staged.class)
            .web(WebApplicationType.NONE)
            .run(arguments);
    var firing = context.getBean(Firing.class);
    System.out.println("ticking");
    while (true) {
      firing.fire("hundred-jobs");
      firing.fire("hundred-batches");
      Thread.sleep(50);
    }
  }
}
