package dev.offstage.bench.agent;

import dev.offstage.boot.OffstageApplication;
import dev.offstage.boot.SharedConfiguration;
import dev.offstage.client.JobClient;
import dev.offstage.job.ConcurrencyKey;
import dev.offstage.job.JobKind;
import dev.offstage.job.NewJob;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;

/** A backend that enqueues through the {@link JobClient}. */
@EnableAutoConfiguration
@Import(SharedConfiguration.class)
public class OffstageCaller {
  /** The tenant whom all jobs belong to, where not said otherwise. */
  static final String TENANT = "bench";

  static final JobKind KIND = new JobKind("bench.work");
  private static final int CHUNK = 10_000;

  /**
   * What jobs look like.
   *
   * @param tenants whose jobs they are, in turn
   * @param keys how many concurrency keys they have, in turn; 0 for none
   * @param limit of each key
   * @param labelled whether they have an owner and two tags
   */
  private record Shape(JobKind kind, int tenants, int keys, int limit, boolean labelled) {
    static final Shape PLAIN = new Shape(KIND, 1, 0, 0, false);

    static Shape of(List<String> words) {
      return new Shape(
          new JobKind(words.getFirst()),
          Load.number(words, 1),
          Load.number(words, 2),
          Load.number(words, 3),
          Boolean.parseBoolean(words.get(4)));
    }

    NewJob.Builder job(int n, String payload) {
      var tenant = tenants == 1 ? TENANT : TENANT + "-" + n % tenants;
      var job = NewJob.builder(tenant, kind, payload);
      if (labelled) {
        job.owner("user-" + n % 10_000).tags(List.of("import-" + n % 1_000, "nightly"));
      }
      return keys == 0 ? job : job.concurrency(new ConcurrencyKey("key-" + n % keys, limit));
    }
  }

  private static final class InProcess implements Enqueuer {
    private final AtomicReference<Shape> shape = new AtomicReference<>(Shape.PLAIN);
    private final AtomicInteger count = new AtomicInteger();
    private final JobClient client;

    InProcess(JobClient client) {
      this.client = client;
    }

    @Override
    public void enqueue(String payload) {
      client.enqueue(job(payload).build());
    }

    @Override
    public void enqueueAll(List<String> payloads) {
      client.offerAll(payloads.stream().map(payload -> job(payload).build()).toList());
    }

    @Override
    public void enqueueLater(String payload) {
      client.enqueue(job(payload).delay(Duration.ofDays(1)).build());
    }

    private NewJob.Builder job(String payload) {
      return shape.get().job(Math.floorMod(count.getAndIncrement(), 1 << 20), payload);
    }

    String shape(List<String> words) {
      shape.set(Shape.of(words));
      count.set(0);
      return "";
    }
  }

  public static void main(String[] properties) throws IOException {
    var agent = new Agent();
    var context = OffstageApplication.of(OffstageCaller.class).run(properties);
    var client = new InProcess(context.getBean(JobClient.class));
    new Load(client, CHUNK).addTo(agent).with("shape", client::shape).serve();
  }
}
