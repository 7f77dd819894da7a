package dev.offstage.bench.agent;

import static org.jobrunr.server.BackgroundJobServerConfiguration.usingStandardBackgroundJobServerConfiguration;

import java.io.IOException;
import org.jobrunr.configuration.JobRunr;
import org.jobrunr.storage.sql.common.SqlStorageProviderFactory;

/**
 * JobRunr's background job server with its defaults: virtual threads, 16 a core. Polls each 5 s, as
 * often as it may.
 */
public final class JobRunrWorker {
  private static final int SECONDS = 5;

  private JobRunrWorker() {}

  /** The only argument is the URL. */
  public static void main(String[] url) throws IOException {
    var agent = new Agent();
    var crew = new Crew(() -> start(url[0]));
    JobRunrWork.HANDLED.addTo(crew.addTo(agent)).serve();
  }

  private static AutoCloseable start(String url) {
    var database = Databases.connect(url);
    JobRunr.configure()
        .useStorageProvider(SqlStorageProviderFactory.using(database))
        .useBackgroundJobServer(
            usingStandardBackgroundJobServerConfiguration().andPollIntervalInSeconds(SECONDS))
        .initialize();
    return () -> {
      JobRunr.destroy();
      database.close();
    };
  }
}
