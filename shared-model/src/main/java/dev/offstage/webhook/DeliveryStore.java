package dev.offstage.webhook;

import dev.offstage.job.JobId;
import dev.offstage.job.JobState;
import dev.offstage.store.Db;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Deliveries and their log. How a delivery stands is its job's row, written down nowhere else. */
@Repository
public class DeliveryStore {
  private static final String DELIVERY =
      """
      select d.job_id, d.endpoint, d.event, d.type, d.replays, d.created_at, j.state, j.attempt,
             j.max_attempts, case when isfinite(j.due_at) then j.due_at end as next_at,
             j.error_reason, j.error_message, j.ended_at
      from webhook_delivery d join job j on j.id = d.job_id
      """;

  private final JdbcClient jdbc;

  DeliveryStore(Db db) {
    this.jdbc = db.jdbc();
  }

  /** Writes deliveries beside their jobs, in the transaction that enqueues those. */
  void insert(List<JobId> jobs, List<NewDelivery> deliveries) {
    jdbc.sql(
            """
            insert into webhook_delivery (job_id, tenant, endpoint, event, type, body, replays)
            select * from unnest(:ids::uuid[], :tenants::text[], :endpoints::uuid[],
                :events::uuid[], :types::text[], :bodies::text[], :replays::uuid[])
            """)
        .param("ids", jobs.stream().map(JobId::toString).toArray(String[]::new))
        .param("tenants", texts(deliveries, NewDelivery::tenant))
        .param("endpoints", texts(deliveries, NewDelivery::endpoint))
        .param("events", texts(deliveries, NewDelivery::event))
        .param("types", texts(deliveries, NewDelivery::type))
        .param("bodies", texts(deliveries, NewDelivery::body))
        .param("replays", texts(deliveries, NewDelivery::replays))
        .update();
  }

  private interface Part {
    @Nullable Object of(NewDelivery delivery);
  }

  private static @Nullable String[] texts(List<NewDelivery> deliveries, Part part) {
    var texts = new @Nullable String[deliveries.size()];
    for (int i = 0; i < texts.length; i++) {
      var value = part.of(deliveries.get(i));
      texts[i] = value == null ? null : value.toString();
    }
    return texts;
  }

  /**
   * What an attempt sends.
   *
   * @param body byte by byte what is signed
   */
  public record ToSend(UUID endpoint, UUID event, String type, String body) {}

  /** What the delivery of a job sends. */
  public Optional<ToSend> toSend(JobId job, String tenant) {
    return jdbc.sql(
            """
            select endpoint, event, type, body from webhook_delivery
            where job_id = :id and tenant = :tenant
            """)
        .param("id", job.value())
        .param("tenant", tenant)
        .query(
            (row, n) ->
                new ToSend(
                    row.getObject("endpoint", UUID.class),
                    row.getObject("event", UUID.class),
                    row.getString("type"),
                    row.getString("body")))
        .optional();
  }

  /** Notes an attempt; again by the same claim, it stands as it was noted first. */
  public void log(JobId job, DeliveryAttempt attempt) {
    jdbc.sql(
            """
            insert into webhook_attempt (job_id, claim_no, attempt, at, url, request_headers,
                status, answer, answer_cut, duration_ms, reason, message, next_at)
            values (:job, :claimNo, :attempt, :at, :url, :requestHeaders::jsonb,
                :status::smallint, :answer, :cut, :durationMs, :reason, :message, :nextAt::timestamptz)
            on conflict do nothing
            """)
        .param("job", job.value())
        .param("claimNo", attempt.claimNo())
        .param("attempt", attempt.attempt())
        .param("at", utc(attempt.at()))
        .param("url", attempt.url())
        .param("requestHeaders", attempt.requestHeaders())
        .param("status", attempt.status())
        .param("answer", attempt.answer())
        .param("cut", attempt.cut())
        .param("durationMs", attempt.duration().toMillis())
        .param("reason", attempt.reason())
        .param("message", attempt.message())
        .param("nextAt", attempt.nextAt() == null ? null : utc(attempt.nextAt()))
        .update();
  }

  /**
   * An endpoint's deliveries, newest first.
   *
   * @param state only those; null for all
   * @param before where the page before ended; null for the first
   */
  public List<Delivery> ofEndpoint(
      UUID endpoint, @Nullable JobState state, @Nullable JobId before, int limit) {
    return jdbc.sql(
            DELIVERY
                + """
                where d.endpoint = :endpoint and (:state::text is null or j.state = :state)
                  and (:before::uuid is null or d.job_id < :before::uuid)
                order by d.job_id desc limit :limit
                """)
        .param("endpoint", endpoint)
        .param("state", state == null ? null : state.text())
        .param("before", before == null ? null : before.toString())
        .param("limit", limit)
        .query(DeliveryStore::delivery)
        .list();
  }

  public Optional<Delivery> find(JobId id, String tenant) {
    return jdbc.sql(DELIVERY + "where d.job_id = :id and d.tenant = :tenant")
        .param("id", id.value())
        .param("tenant", tenant)
        .query(DeliveryStore::delivery)
        .optional();
  }

  /** The body of a delivery of the tenant. */
  public Optional<String> body(JobId id, String tenant) {
    return toSend(id, tenant).map(ToSend::body);
  }

  /** A delivery's log, oldest first. */
  public List<DeliveryAttempt> attempts(JobId id) {
    return jdbc.sql("select * from webhook_attempt where job_id = :id order by claim_no")
        .param("id", id.value())
        .query(DeliveryStore::attempt)
        .list();
  }

  /**
   * What to replay: an endpoint's deliveries in the order in which they were made, each event once.
   *
   * @param since the oldest
   * @param failedOnly whether to leave out what was delivered
   * @param after where the page before ended; null for the first
   */
  public List<Replayable> replayable(
      UUID endpoint, Instant since, boolean failedOnly, @Nullable JobId after, int limit) {
    return jdbc.sql(
            """
            select d.job_id, d.tenant, d.event, d.type, d.body
            from webhook_delivery d join job j on j.id = d.job_id
            where d.endpoint = :endpoint and d.replays is null and d.created_at >= :since
              and (not :failedOnly or j.outcome in ('discarded', 'cancelled'))
              and d.job_id >= uuid7_floor(:since - interval '1 minute')
              and (:after::uuid is null or d.job_id > :after::uuid)
            order by d.job_id limit :limit
            """)
        .param("endpoint", endpoint)
        .param("since", utc(since))
        .param("failedOnly", failedOnly)
        .param("after", after == null ? null : after.toString())
        .param("limit", limit)
        .query(
            (row, n) ->
                new Replayable(
                    new JobId(row.getObject("job_id", UUID.class)),
                    row.getString("tenant"),
                    row.getObject("event", UUID.class),
                    row.getString("type"),
                    row.getString("body")))
        .list();
  }

  /** A delivery that can be made again. */
  public record Replayable(JobId id, String tenant, UUID event, String type, String body) {
    NewDelivery to(Endpoint endpoint) {
      return new NewDelivery(
          tenant, endpoint.id(), endpoint.url(), endpoint.ordered(), event, type, body, id.value());
    }
  }

  private static Delivery delivery(ResultSet row, int n) throws SQLException {
    return new Delivery(
        new JobId(row.getObject("job_id", UUID.class)),
        row.getObject("endpoint", UUID.class),
        row.getObject("event", UUID.class),
        row.getString("type"),
        row.getObject("replays", UUID.class),
        JobState.of(row.getString("state")),
        row.getInt("attempt"),
        row.getInt("max_attempts"),
        Times.instantOrNull(row, "next_at"),
        row.getString("error_reason"),
        row.getString("error_message"),
        Times.instant(row, "created_at"),
        Times.instantOrNull(row, "ended_at"));
  }

  private static DeliveryAttempt attempt(ResultSet row, int n) throws SQLException {
    return new DeliveryAttempt(
        row.getInt("claim_no"),
        row.getInt("attempt"),
        Times.instant(row, "at"),
        row.getString("url"),
        row.getString("request_headers"),
        row.getObject("status", Integer.class),
        row.getString("answer"),
        row.getBoolean("answer_cut"),
        Duration.ofMillis(row.getLong("duration_ms")),
        row.getString("reason"),
        row.getString("message"),
        Times.instantOrNull(row, "next_at"));
  }

  private static OffsetDateTime utc(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }
}
