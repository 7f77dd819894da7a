package dev.offstage.ingest.track;

import dev.offstage.event.EventBatch;
import dev.offstage.event.EventType;
import dev.offstage.event.EventWire;
import dev.offstage.ingest.auth.WriteKey;
import dev.offstage.ingest.auth.WriteKeys;
import dev.offstage.ingest.track.read.Document;
import dev.offstage.ingest.track.read.EventMaker;
import dev.offstage.ingest.track.read.UnreadableException;
import dev.offstage.limit.RequestRates;
import dev.offstage.problem.ProblemException;
import dev.offstage.queue.EventPublisher;
import dev.offstage.store.JobIds;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;

/** Takes a request's events: all of them, or none. */
@Component
final class Intake {
  private static final String BASIC = "Basic ";
  private static final Pattern KEY = Pattern.compile("\"writeKey\"\\s*:\\s*\"([^\"]{1,200})\"");

  private final TrackProperties properties;
  private final WriteKeys keys;
  private final RequestRates rates;
  private final EventPublisher publisher;
  private final Gates gates;
  private final Counter accepted;
  private final Counter rejected;

  /**
   * What may keep a request out before it is read.
   *
   * @param door where it is noted what was kept out for good
   * @param clock PostgreSQL's, as far as it is known
   */
  record Gates(InFlight inFlight, Backlog backlog, DoorRejects door, JobIds clock) {}

  Intake(
      TrackProperties properties,
      WriteKeys keys,
      RequestRates rates,
      EventPublisher publisher,
      Gates gates,
      MeterRegistry meters) {
    this.properties = properties;
    this.keys = keys;
    this.rates = rates;
    this.publisher = publisher;
    this.gates = gates;
    this.accepted = meters.counter("offstage.events.accepted");
    this.rejected = meters.counter("offstage.events.rejected");
  }

  /**
   * Returns once the broker has the events for good.
   *
   * @param type of the one event that the body is; null where it is a batch
   * @throws dev.offstage.problem.ProblemException if they were not taken
   */
  void take(HttpServletRequest request, @Nullable EventType type) {
    if (gates.backlog().isTooDeep()) {
      throw TrackProblems.noRoom();
    }
    try (var share = gates.inFlight().open()) {
      var body = body(request, share);
      try {
        take(request, type, body);
      } catch (UnreadableException e) {
        throw refused(request, body, e);
      }
    }
  }

  /** Reads a request that is of no interest. */
  void drop(HttpServletRequest request) {
    TrackBody.drop(request, properties.bodyTimeout());
  }

  private byte[] body(HttpServletRequest request, InFlight.Share share) {
    try {
      return TrackBody.read(request, share, properties.bodyTimeout());
    } catch (UnreadableException e) {
      throw refused(request, new byte[0], e);
    }
  }

  private void take(HttpServletRequest request, @Nullable EventType type, byte[] body) {
    var receivedAt = gates.clock().now();
    var document = type == null ? Document.batch(body) : Document.single(body, type);
    var key = key(request, document);
    var maker = new EventMaker(key, receivedAt, properties.oldest(), request.getRemoteAddr());
    var batch = maker.make(document);
    if (type != null && !batch.rejects().isEmpty()) {
      var reject = batch.rejects().getFirst();
      gates.door().note(reject);
      throw TrackProblems.bad(reject.detail());
    }
    keep(key, batch);
  }

  /** Whose it was is told by the header, or by what looks like a key in a body that is no JSON. */
  private ProblemException refused(
      HttpServletRequest request, byte[] body, UnreadableException why) {
    var detail = String.valueOf(why.getMessage());
    var basic = basic(request.getHeader(HttpHeaders.AUTHORIZATION));
    Optional.ofNullable(basic)
        .flatMap(keys::find)
        .or(() -> inText(body).flatMap(keys::find))
        .ifPresent(key -> gates.door().note(key, gates.clock().now(), detail));
    return TrackProblems.bad(detail);
  }

  private static Optional<String> inText(byte[] body) {
    var found = KEY.matcher(new String(body, StandardCharsets.UTF_8));
    return found.find() ? Optional.of(found.group(1)) : Optional.empty();
  }

  private WriteKey key(HttpServletRequest request, Document document) {
    var basic = basic(request.getHeader(HttpHeaders.AUTHORIZATION));
    if (basic != null) {
      var found = keys.find(basic);
      if (found.isPresent()) {
        return found.get();
      }
    }
    var inBody = document.writeKey();
    if (inBody == null) {
      throw TrackProblems.noKey();
    }
    return keys.find(inBody).orElseThrow(TrackProblems::noKey);
  }

  /** The user of {@code Basic key:}; null if there is none. */
  private static @Nullable String basic(@Nullable String header) {
    if (header == null || !header.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
      return null;
    }
    try {
      var decoded = Base64.getDecoder().decode(header.substring(BASIC.length()).strip());
      var text = new String(decoded, StandardCharsets.UTF_8);
      int colon = text.indexOf(':');
      return colon < 0 ? text : text.substring(0, colon);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private void keep(WriteKey key, EventBatch batch) {
    int count = batch.events().size() + batch.rejects().size();
    if (count == 0) {
      return;
    }
    int rate = key.rate() == null ? properties.rate() : key.rate();
    var wait = rates.take("events." + key.source().writeKey(), count, rate);
    if (!wait.isZero()) {
      throw TrackProblems.tooMany(wait);
    }
    var message = EventWire.encode(batch);
    if (message.length > EventWire.MAX_BYTES) {
      throw new UnreadableException("The events come to more than a request may have.");
    }
    if (!confirmed(message)) {
      throw TrackProblems.brokerAway();
    }
    accepted.increment(batch.events().size());
    rejected.increment(batch.rejects().size());
  }

  private boolean confirmed(byte[] message) {
    try {
      return publisher
          .publish(message)
          .get(properties.confirmTimeout().toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException | TimeoutException e) {
      // It may have arrived all the same: what is sent again is then known by its ids.
      return false;
    }
  }
}
