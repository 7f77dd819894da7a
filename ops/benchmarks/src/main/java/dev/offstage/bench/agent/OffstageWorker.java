package dev.offstage.bench.agent;

import dev.offstage.boot.OffstageApplication;
import dev.offstage.job.JobKind;
import dev.offstage.job.Outcome;
import dev.offstage.worker.WorkerApplication;
import dev.offstage.worker.handler.JobContext;
import dev.offstage.worker.handler.JobHandler;
import java.io.IOException;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The worker, as it is deployed, with a handler of ours. */
@Configuration(proxyBeanMethods = false)
public class OffstageWorker {
  private static final Handled HANDLED = new Handled();
  private static final Handled GUESTS = new Handled();

  /** What a caller says. */
  record Work(long at, String pad) {}

  private record Handler(JobKind kind, Handled handled) implements JobHandler<Work> {
    @Override
    public Outcome run(Work work, JobContext context) {
      handled.run(work.at());
      return new Outcome.Complete(null);
    }
  }

  @Bean
  JobHandler<Work> benchHandler() {
    return new Handler(OffstageCaller.KIND, HANDLED);
  }

  /** For jobs that are watched among many others. */
  @Bean
  JobHandler<Work> guestHandler() {
    return new Handler(new JobKind("bench.guest"), GUESTS);
  }

  public static void main(String[] properties) throws IOException {
    var agent = new Agent();
    var crew =
        new Crew(
            () ->
                OffstageApplication.of(WorkerApplication.class)
                    .sources(OffstageWorker.class)
                    .run(properties));
    HANDLED.addTo(crew.addTo(agent));
    GUESTS.addTo(agent, "guest-").serve();
  }
}
