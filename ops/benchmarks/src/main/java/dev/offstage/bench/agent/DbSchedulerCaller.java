package dev.offstage.bench.agent;

import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** A backend that schedules one-time tasks with db-scheduler, to run at once. */
public final class DbSchedulerCaller {
  private static final int CHUNK = 10_000;

  private record Client(SchedulerClient client, InstantSource clock) implements Enqueuer {
    @Override
    public void enqueue(String payload) {
      client.scheduleIfNotExists(instance(payload), now());
    }

    @Override
    public void enqueueAll(List<String> payloads) {
      var all = new ArrayList<TaskInstance<?>>(payloads.size());
      payloads.forEach(payload -> all.add(instance(payload)));
      client.scheduleBatch(all, now());
    }

    @Override
    public void enqueueLater(String payload) {
      client.scheduleIfNotExists(instance(payload), now().plus(Duration.ofDays(1)));
    }

    private Instant now() {
      return clock.instant();
    }

    private static TaskInstance<String> instance(String payload) {
      return DbSchedulerTask.WORK.instance(UUID.randomUUID().toString(), payload);
    }
  }

  private DbSchedulerCaller() {}

  /** The only argument is the URL. */
  public static void main(String[] url) throws IOException {
    var agent = new Agent();
    var client =
        SchedulerClient.Builder.create(Databases.connect(url[0]), DbSchedulerTask.WORK).build();
    new Load(new Client(client, InstantSource.system()), CHUNK).addTo(agent).serve();
  }
}
