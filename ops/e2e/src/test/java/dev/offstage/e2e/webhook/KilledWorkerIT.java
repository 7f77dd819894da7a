package dev.offstage.e2e.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** A worker is killed -9 while the receiver has its request. */
class KilledWorkerIT {
  /** What the workers said is kept if the test fails. */
  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path directory;

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void theNextWorkerDeliversAgainWithTheSameId() throws Exception {
    var answered = new CountDownLatch(1);
    try (var offstage = Offstage.withoutWorkers();
        var receiver = new Receiver()) {
      receiver.answer(
          "/k",
          (call, exchange) -> {
            if (receiver.at("/k").size() == 1) {
              answered.await();
            }
            exchange.sendResponseHeaders(200, -1);
          });
      var tenant = offstage.tenant();
      var created = tenant.endpoint(receiver.url("/k"), "x.*", "");
      tenant.tell("x.a", "{}");
      var first = offstage.worker(directory.resolve("first"));
      try {
        receiver.await("/k", 1);
      } finally {
        first.destroyForcibly().waitFor();
        answered.countDown();
      }
      var second = offstage.worker(directory.resolve("second"));
      try {
        var calls = receiver.await("/k", 2);

        assertThat(calls.get(1).header("webhook-id")).isEqualTo(calls.get(0).header("webhook-id"));
        assertThat(calls.get(1).text()).isEqualTo(calls.get(0).text());
        assertThat(Verifier.accepts(created.path("secret").asString(), calls.get(1))).isTrue();
      } finally {
        second.destroyForcibly().waitFor();
      }
    }
  }
}
