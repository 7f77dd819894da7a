package dev.offstage.e2e.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.offstage.boot.OffstageApplication;
import dev.offstage.job.JobKind;
import dev.offstage.job.NewJob;
import dev.offstage.job.Priority;
import dev.offstage.queue.Ticket;
import dev.offstage.queue.TicketQueues;
import dev.offstage.queue.Topology;
import dev.offstage.scheduler.SchedulerApplication;
import dev.offstage.servers.Servers;
import dev.offstage.store.EnqueueStore;
import dev.offstage.store.JobIds;
import dev.offstage.store.JobRow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.amqp.core.AmqpAdmin;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A scheduler whose workers are there by name, but take nothing. */
class AwayWorkersIT {
  private static final String QUEUE = Topology.queue("default", Priority.NORMAL);
  private static final int WINDOW = 20;

  @Test
  void aBacklogNeitherFloodsTheBrokerNorIsLostWithItsTickets() {
    try (var scheduler = scheduler()) {
      registerWorker(scheduler);
      insert(scheduler, 500);
      var queues = scheduler.getBean(TicketQueues.class);
      await().atMost(Duration.ofSeconds(20)).until(() -> queues.depth("default").orElse(0) > 0);

      // Tickets are sent again after a second; and yet the queue holds no more than a window.
      await()
          .during(Duration.ofSeconds(6))
          .atMost(Duration.ofSeconds(20))
          .until(() -> queues.depth("default").orElse(0) <= WINDOW);
      var jobs = jobsOf(scheduler);
      assertThat(jobs.size()).as("jobs, not messages").isBetween(1, WINDOW);

      // The broker has lost them now; they come again, and others with them.
      var again = new HashSet<UUID>();
      await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () -> {
                again.addAll(jobsOf(scheduler));
                return again.containsAll(jobs);
              });
    }
  }

  private static ConfigurableApplicationContext scheduler() {
    var arguments = new ArrayList<String>();
    Servers.shared()
        .springProperties(true, true)
        .forEach((name, value) -> arguments.add("--" + name + "=" + value));
    arguments.add("--offstage.dispatch.reticket=1s");
    arguments.add("--offstage.dispatch.min-window=" + WINDOW);
    return OffstageApplication.of(SchedulerApplication.class)
        .web(WebApplicationType.NONE)
        .run(arguments.toArray(String[]::new));
  }

  private static void registerWorker(ConfigurableApplicationContext scheduler) {
    scheduler
        .getBean(JdbcClient.class)
        .sql(
            """
            insert into worker (id, host, pid, kinds, versions, lacks, lease)
            values (gen_random_uuid(), 'away', 1, array['away.work'], array[1], '{}', '1 hour')
            """)
        .update();
  }

  private static void insert(ConfigurableApplicationContext scheduler, int count) {
    var ids = scheduler.getBean(JobIds.class);
    var job = NewJob.of("acme", null, new JobKind("away.work"), "{}");
    scheduler
        .getBean(EnqueueStore.class)
        .insert(
            IntStream.range(0, count)
                .mapToObj(n -> JobRow.of(ids.next(), job, "default", null))
                .toList());
  }

  /** Takes the tickets that are in the queue out of it, for ever. */
  private static Set<UUID> jobsOf(ConfigurableApplicationContext scheduler) {
    var rabbit = scheduler.getBean(RabbitTemplate.class);
    assertThat(scheduler.getBean(AmqpAdmin.class).getQueueInfo(QUEUE)).isNotNull();
    var jobs = new HashSet<UUID>();
    for (var message = rabbit.receive(QUEUE);
        message != null && jobs.size() < WINDOW;
        message = rabbit.receive(QUEUE)) {
      Ticket.decode(message.getBody()).forEach(ticket -> jobs.add(ticket.id().value()));
    }
    return jobs;
  }
}
