package dev.offstage.bench.agent;

import dev.offstage.boot.OffstageApplication;
import dev.offstage.boot.SharedConfiguration;
import dev.offstage.client.JobClient;
import dev.offstage.job.JobKind;
import dev.offstage.job.NewJob;
import dev.offstage.queue.QueueProperties;
import dev.offstage.store.GateStore;
import java.io.IOException;
import java.util.List;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;

/** A backend that enqueues through the {@link JobClient}. */
@EnableAutoConfiguration
@Import(SharedConfiguration.class)
public class OffstageCaller {
  /** The tenant whom all jobs belong to. */
  public static final String TENANT = "bench";

  static final JobKind KIND = new JobKind("bench.work");
  private static final int CHUNK = 10_000;

  private record InProcess(JobClient client) implements Enqueuer {
    @Override
    public void enqueue(String payload) {
      client.enqueue(job(payload));
    }

    @Override
    public void enqueueAll(List<String> payloads) {
      client.offerAll(payloads.stream().map(InProcess::job).toList());
    }

    private static NewJob job(String payload) {
      return NewJob.of(TENANT, null, KIND, payload);
    }
  }

  /** As an operator does. */
  private static String pause(GateStore gates) {
    gates.pause(GateStore.Scope.POOL, QueueProperties.DEFAULT, "until all jobs are there");
    return "";
  }

  private static String resume(GateStore gates) {
    gates.resume(GateStore.Scope.POOL, QueueProperties.DEFAULT);
    return "";
  }

  public static void main(String[] properties) throws IOException {
    var agent = new Agent();
    var context = OffstageApplication.of(OffstageCaller.class).run(properties);
    var gates = context.getBean(GateStore.class);
    new Load(new InProcess(context.getBean(JobClient.class)), CHUNK)
        .addTo(agent)
        .with("pause", words -> pause(gates))
        .with("resume", words -> resume(gates))
        .serve();
  }
}
