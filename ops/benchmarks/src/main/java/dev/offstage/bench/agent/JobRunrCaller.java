package dev.offstage.bench.agent;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.jobrunr.configuration.JobRunr;
import org.jobrunr.scheduling.JobRequestScheduler;
import org.jobrunr.storage.sql.common.SqlStorageProviderFactory;

/** A backend that enqueues with JobRunr, by requests: its lambdas cost a look at bytecode each. */
public final class JobRunrCaller {
  private static final int CHUNK = 10_000;

  private record Client(JobRequestScheduler scheduler, InstantSource clock) implements Enqueuer {
    @Override
    public void enqueue(String payload) {
      scheduler.enqueue(new JobRunrWork(payload));
    }

    @Override
    public void enqueueAll(List<String> payloads) {
      scheduler.enqueue(payloads.stream().map(JobRunrWork::new));
    }

    @Override
    public void enqueueLater(String payload) {
      scheduler.schedule(clock.instant().plus(Duration.ofDays(1)), new JobRunrWork(payload));
    }
  }

  private JobRunrCaller() {}

  /** The only argument is the URL. */
  public static void main(String[] url) throws IOException {
    var agent = new Agent();
    var jobRunr =
        JobRunr.configure()
            .useStorageProvider(SqlStorageProviderFactory.using(Databases.connect(url[0])))
            .initialize();
    new Load(new Client(jobRunr.getJobRequestScheduler(), InstantSource.system()), CHUNK)
        .addTo(agent)
        .serve();
  }
}
