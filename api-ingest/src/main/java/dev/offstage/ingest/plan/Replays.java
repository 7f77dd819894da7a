package dev.offstage.ingest.plan;

import dev.offstage.body.JsonText;
import dev.offstage.event.EventBatch;
import dev.offstage.event.EventSource;
import dev.offstage.event.EventWire;
import dev.offstage.ingest.auth.WriteKey;
import dev.offstage.ingest.auth.WriteKey.IpPolicy;
import dev.offstage.ingest.track.TrackProperties;
import dev.offstage.ingest.track.read.Document;
import dev.offstage.ingest.track.read.EventMaker;
import dev.offstage.ingest.track.read.UnreadableException;
import dev.offstage.problem.ProblemType;
import dev.offstage.queue.EventPublisher;
import dev.offstage.store.Db;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/**
 * Sends rejects to be written after all. Once each: when the event happened is written down before
 * it is sent, and that it was sent afterwards. Whoever comes after somebody who died in between
 * looks whether it was written; if not, it is sent again, which the writer knows by its id.
 */
@Component
class Replays {
  private static final ProblemType DONE =
      ProblemType.of(409, "already-replayed", "Already replayed");
  private static final ProblemType STILL_BAD =
      ProblemType.of(422, "still-rejected", "Still rejected");
  private static final Duration AWAY = Duration.ofSeconds(2);

  private final Db db;
  private final EventPublisher publisher;
  private final TrackProperties properties;

  Replays(Db db, EventPublisher publisher, TrackProperties properties) {
    this.db = db;
    this.publisher = publisher;
    this.properties = properties;
  }

  /**
   * @param replayingAt when the event happened that was sent last; null if none was
   */
  private record Reject(
      EventSource source,
      @Nullable String platform,
      Instant receivedAt,
      @Nullable String messageId,
      @Nullable String event,
      Set<String> deny,
      boolean replayed,
      @Nullable Instant replayingAt) {}

  /**
   * @param corrected the event as it should have been; null to send it as it came
   * @throws dev.offstage.problem.ProblemException if there is none, it was replayed before, it
   *     still cannot be taken, or the broker is away
   */
  void replay(String tenant, UUID id, @Nullable JsonNode corrected) {
    var begun =
        Objects.requireNonNull(db.transactions().execute(status -> begin(tenant, id, corrected)));
    if (!begun.written()) {
      send(begun.batch());
    }
    db.jdbc()
        .sql(
            """
            update event_reject set replayed_at = coalesce(replayed_at, now())
            where tenant = ? and id = ? and received_at = ?::timestamptz
            """)
        .params(tenant, id, begun.receivedAt().toString())
        .update();
  }

  private record Begun(EventBatch batch, Instant receivedAt, boolean written) {}

  private Begun begin(String tenant, UUID id, @Nullable JsonNode corrected) {
    var reject = find(tenant, id).orElseThrow(Replays::missing);
    if (reject.replayed()) {
      throw DONE.because("This reject was replayed before.");
    }
    var batch = read(reject, id, corrected);
    var event = batch.events().getFirst();
    if (reject.replayingAt() != null && isWritten(tenant, event.id(), reject.replayingAt())) {
      return new Begun(batch, reject.receivedAt(), true);
    }
    db.jdbc()
        .sql(
            """
            update event_reject set replaying_at = ?::timestamptz
            where tenant = ? and id = ? and received_at = ?::timestamptz
            """)
        .params(
            // As it is written.
            event.times().occurredAt().truncatedTo(ChronoUnit.MICROS).toString(),
            tenant,
            id,
            reject.receivedAt().toString())
        .update();
    return new Begun(batch, reject.receivedAt(), false);
  }

  private boolean isWritten(String tenant, UUID event, Instant occurredAt) {
    return db.jdbc()
        .sql(
            """
            select exists (select from event
              where tenant = ? and occurred_at = ?::timestamptz and id = ?)
            """)
        .params(tenant, occurredAt.toString(), event)
        .query(Boolean.class)
        .single();
  }

  private Optional<Reject> find(String tenant, UUID id) {
    return db.jdbc()
        .sql(
            """
            select r.*, w.platform, coalesce(p.deny, '{}') as deny
            from event_reject r left join write_key w on w.id = r.write_key
              left join event_policy p on p.tenant = r.tenant
            where r.tenant = ? and r.id = ? for update of r
            """)
        .params(tenant, id)
        .query(Replays::reject)
        .optional();
  }

  private static Reject reject(ResultSet row, int index) throws SQLException {
    var replaying = row.getObject("replaying_at", OffsetDateTime.class);
    return new Reject(
        new EventSource(
            row.getString("tenant"), row.getString("app"), row.getObject("write_key", UUID.class)),
        row.getString("platform"),
        row.getObject("received_at", OffsetDateTime.class).toInstant(),
        row.getString("message_id"),
        row.getString("event"),
        Set.of((String[]) row.getArray("deny").getArray()),
        row.getObject("replayed_at") != null,
        replaying == null ? null : replaying.toInstant());
  }

  /** As it would have been read when it came. */
  private EventBatch read(Reject reject, UUID id, @Nullable JsonNode corrected) {
    var event = corrected == null ? json(reject.event()) : corrected;
    if (!(event instanceof tools.jackson.databind.node.ObjectNode object)) {
      throw STILL_BAD.because("The event could not be read (expected: it corrected, as event).");
    }
    if (reject.messageId() != null) {
      object.put("messageId", reject.messageId());
    } else {
      // The same whenever it is replayed, however it is corrected.
      object.put("messageId", "replay-" + id);
    }
    var key = new WriteKey(reject.source(), reject.platform(), null, reject.deny(), IpPolicy.DROP);
    var body = "{\"batch\":[" + object + "]}";
    try {
      var batch =
          new EventMaker(key, reject.receivedAt(), properties.oldest(), null)
              .make(Document.batch(body.getBytes(StandardCharsets.UTF_8)));
      if (!batch.rejects().isEmpty()) {
        throw STILL_BAD.because(batch.rejects().getFirst().detail());
      }
      return batch;
    } catch (UnreadableException e) {
      var problem = STILL_BAD.because(String.valueOf(e.getMessage()));
      problem.addSuppressed(e);
      throw problem;
    }
  }

  private static @Nullable JsonNode json(@Nullable String text) {
    return text == null ? null : JsonText.MAPPER.readTree(text);
  }

  private void send(EventBatch batch) {
    boolean confirmed = false;
    try {
      confirmed =
          publisher
              .publish(EventWire.encode(batch))
              .get(properties.confirmTimeout().toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      confirmed = false; // it may have arrived all the same: the next one is then a copy
    }
    if (!confirmed) {
      throw ProblemType.UNAVAILABLE
          .because("The broker does not answer; please try again shortly.")
          .retryAfter(AWAY);
    }
  }

  private static RuntimeException missing() {
    return ProblemType.NOT_FOUND.because("There is no such reject.");
  }
}
