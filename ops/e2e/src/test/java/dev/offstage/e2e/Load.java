package dev.offstage.e2e;

import dev.offstage.e2e.Api.Accepted;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * Phones that upload one small photo after the other and, like any tus client, try again over
 * failures: HEAD, then what is missing. What was accepted goes into the ledger.
 */
final class Load implements AutoCloseable {
  private static final long PATIENCE = Duration.ofSeconds(90).toNanos();

  private final Api api;
  private final Ledger ledger;
  private final ExecutorService phones = Executors.newVirtualThreadPerTaskExecutor();
  private final Stream<Future<?>> running;
  private final AtomicInteger accepted = new AtomicInteger();
  private volatile boolean stopping;

  Load(Api api, Ledger ledger, int phones) {
    this.api = api;
    this.ledger = ledger;
    this.running =
        IntStream.range(0, phones)
            .<Future<?>>mapToObj(phone -> this.phones.submit(() -> upload(phone)))
            .toList()
            .stream();
  }

  /** Waits until so many more were accepted than now. */
  void awaitMore(int uploads) {
    int enough = accepted.get() + uploads;
    Awaitility.await("uploads are accepted")
        .atMost(Duration.ofSeconds(120))
        .until(() -> accepted.get() >= enough);
  }

  private void upload(int phone) {
    for (int n = 0; !stopping; n++) {
      ledger.enter(finish(Photos.padded(Photos.small(), 50_000, phone * 100_000L + n)));
      accepted.incrementAndGet();
      // What comes in shall not outrun what two workers on a small machine can make.
      Pause.millis(250);
    }
  }

  private Accepted finish(byte[] photo) {
    @Nullable URI upload = null;
    for (long deadline = System.nanoTime() + PATIENCE; System.nanoTime() < deadline; ) {
      try {
        var answer = upload == null ? api.create(photo.length) : api.head(upload);
        if (answer.statusCode() == 201) {
          upload = api.base().resolve(answer.headers().firstValue("Location").orElseThrow());
          answer = api.patch(upload, 0, photo);
        } else if (upload != null && answer.statusCode() == 200 && !isFinished(answer)) {
          answer = api.patch(upload, offset(answer), photo);
        }
        if (isFinished(answer)) {
          return Accepted.of(answer);
        }
        if (answer.statusCode() < 500 && answer.statusCode() != 423 && answer.statusCode() != 409) {
          throw new IllegalStateException("a client would give up: " + answer);
        }
      } catch (IOException e) {
        // The server or the connection is away: as on a train.
        Pause.millis(50);
      }
      Pause.millis(50);
    }
    throw new IllegalStateException("no upload for " + Duration.ofNanos(PATIENCE));
  }

  private static boolean isFinished(HttpResponse<?> answer) {
    return answer.statusCode() < 300 && answer.headers().firstValue("Offstage-Asset").isPresent();
  }

  private static long offset(HttpResponse<?> head) {
    return head.headers().firstValueAsLong("Upload-Offset").orElseThrow();
  }

  /** Lets every phone finish what it uploads, and passes on what went wrong. */
  @Override
  public void close() throws InterruptedException, ExecutionException {
    stopping = true;
    for (var phone : running.toList()) {
      phone.get();
    }
    phones.close();
  }
}
