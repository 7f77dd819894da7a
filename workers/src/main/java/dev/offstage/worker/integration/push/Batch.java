package dev.offstage.worker.integration.push;

import dev.offstage.worker.integration.push.message.PushWork;
import dev.offstage.worker.integration.push.provider.Credential;
import dev.offstage.worker.integration.push.provider.Notification;
import dev.offstage.worker.integration.push.provider.PushProvider;
import dev.offstage.worker.integration.push.provider.Sending;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** Sends to some devices at once, and waits for all answers. */
final class Batch {
  private static final Sending SILENT = new Sending.Later("no-answer", null, false);

  private final Map<String, PushProvider> providers;

  Batch(List<PushProvider> providers) {
    this.providers = new HashMap<>();
    providers.forEach(provider -> this.providers.put(provider.name(), provider));
  }

  /** A device that may be sent to now, and by what. */
  record Addressed(Device device, Credential credential) {}

  /** What became of one. */
  record Answer(Addressed addressed, Sending sending) {}

  /** Who has not answered within {@code timeLimit} may have sent it or not: it is sent again. */
  List<Answer> send(UUID push, PushWork work, List<Addressed> all, Instant now, Duration timeLimit)
      throws InterruptedException {
    var answers = new ArrayList<CompletableFuture<Answer>>(all.size());
    for (var each : all) {
      answers.add(
          provider(each.credential())
              .send(each.credential(), notification(push, work, each.device(), now))
              .completeOnTimeout(SILENT, timeLimit.toMillis(), TimeUnit.MILLISECONDS)
              .thenApply(sending -> new Answer(each, sending)));
    }
    try {
      CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new)).get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a provider failed instead of answering", e.getCause());
    }
    return answers.stream().map(CompletableFuture::join).toList();
  }

  private PushProvider provider(Credential credential) {
    var provider = providers.get(credential.provider());
    if (provider == null) {
      throw new IllegalStateException("no provider " + credential.provider());
    }
    return provider;
  }

  private static Notification notification(UUID push, PushWork work, Device device, Instant now) {
    var content = work.contentFor(device.locale());
    var deliverBy = work.deliverBy(now);
    return new Notification(
        push,
        device.id(),
        device.platform(),
        device.app(),
        device.token(),
        content.map(c -> c.title()).orElse(null),
        content.map(c -> c.body()).orElse(null),
        work.dataOrNone(),
        work.isSilent(),
        work.collapseKey(),
        deliverBy.orElse(null),
        deliverBy.map(end -> Duration.between(now, end)).orElse(null),
        work.isUrgent(),
        work.sound(),
        work.badge());
  }
}
