package dev.offstage.scheduler.console.api;

import dev.offstage.audit.Act;
import dev.offstage.audit.Actor;
import dev.offstage.body.Fields;
import dev.offstage.queue.ParkedMessage;
import dev.offstage.queue.ParkedMessages;
import dev.offstage.queue.TicketQueues;
import dev.offstage.scheduler.console.act.Acts;
import dev.offstage.scheduler.console.act.Asked;
import dev.offstage.scheduler.console.act.Reasons;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Messages that no worker could read: counted at the broker, fetched, sent again or dropped. */
@RestController
class PoisonController {
  private static final int MOST = 100;
  private static final int SHOWN = 2_000;
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final ParkedMessages parked;
  private final ParkedStore store;
  private final TicketQueues queues;
  private final Acts acts;

  PoisonController(ParkedMessages parked, ParkedStore store, TicketQueues queues, Acts acts) {
    this.parked = parked;
    this.store = store;
    this.queues = queues;
    this.acts = acts;
  }

  /**
   * @param atBroker messages that were not fetched; null while the broker is away
   * @param fetched the latest first
   * @param next {@code cursor} of the next page; null at the end
   */
  record PoisonView(@Nullable Long atBroker, List<MessageView> fetched, @Nullable String next) {}

  /**
   * @param body its first {@value #SHOWN} bytes, in base64
   */
  record MessageView(
      long id,
      Instant fetchedAt,
      String queue,
      String reason,
      Map<String, String> headers,
      int size,
      byte[] body) {

    static MessageView of(ParkedStore.Kept kept) {
      var message = kept.message();
      return new MessageView(
          kept.id(),
          kept.fetchedAt(),
          message.queue(),
          message.reason(),
          message.headers(),
          message.body().length,
          Arrays.copyOf(message.body(), Math.min(SHOWN, message.body().length)));
    }
  }

  @GetMapping("/ops/v1/poison")
  PoisonView all(HttpServletRequest request) {
    var fields = Fields.ofQuery(request);
    long before = fields.whole("cursor", 1L, Long.MAX_VALUE / 10, 0L);
    int limit = fields.whole("limit", 1, MOST, MOST);
    fields.noOthers();
    fields.check();
    return view(before == 0 ? null : before, limit);
  }

  private PoisonView view(@Nullable Long before, int limit) {
    var depth = queues.parked();
    var kept = store.all(before, limit);
    return new PoisonView(
        depth.isPresent() ? depth.getAsLong() : null,
        kept.stream().map(MessageView::of).toList(),
        kept.size() < limit ? null : Long.toString(kept.getLast().id()));
  }

  /** Fetches up to a hundred from the broker, where they cannot be looked at. */
  @PostMapping("/ops/v1/poison:fetch")
  PoisonView fetch(Actor actor, HttpServletRequest request) {
    Reasons.none(request);
    parked.fetch(
        MOST,
        messages ->
            acts.act(
                actor,
                Act.of("poison.fetch", "poison"),
                () -> messages.stream().map(store::keep).toList(),
                ids -> Map.of("messages", ids)));
    return view(null, MOST);
  }

  /** Sends one to its queue again, once whatever could not read it has been mended. */
  @PostMapping("/ops/v1/poison/{id}/replay")
  ResponseEntity<Void> replay(@PathVariable String id, Actor actor, HttpServletRequest request) {
    return away("poison.replay", id, actor, request, true);
  }

  @PostMapping("/ops/v1/poison/{id}/drop")
  ResponseEntity<Void> drop(@PathVariable String id, Actor actor, HttpServletRequest request) {
    return away("poison.drop", id, actor, request, false);
  }

  private ResponseEntity<Void> away(
      String action, String id, Actor actor, HttpServletRequest request, boolean again) {
    Reasons.none(request);
    long message = Asked.number(id, "message");
    acts.act(
        actor,
        Act.of(action, "message:" + message),
        () -> {
          var taken = store.take(message).orElseThrow(() -> Acts.missing("message"));
          if (again && !sent(taken)) {
            throw Acts.conflict("The broker did not take it for %s.".formatted(taken.queue()));
          }
          return taken;
        },
        taken -> Map.of("queue", taken.queue(), "size", taken.body().length));
    return ResponseEntity.status(HttpStatus.NO_CONTENT).build();
  }

  private boolean sent(ParkedMessage message) {
    return parked
        .replay(message)
        .completeOnTimeout(false, PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
        .join();
  }
}
