package dev.offstage.worker.integration.push;

import dev.offstage.client.JobClient;
import dev.offstage.job.ConcurrencyKey;
import dev.offstage.job.Enqueued;
import dev.offstage.job.JobId;
import dev.offstage.job.JobKind;
import dev.offstage.job.NewJob;
import dev.offstage.job.Priority;
import dev.offstage.worker.handler.JobContext;
import dev.offstage.worker.integration.push.message.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/**
 * Splits a push into parts, each a job, some at a time: how far it has come is committed with them,
 * so that whoever goes on after a crash makes none twice. Nothing of the whole is in memory.
 */
final class FanOut {
  static final JobKind PART = new JobKind("push.part");
  static final int PART_SIZE = 500;
  private static final int PARTS_AT_ONCE = 20;

  private final JdbcClient jdbc;
  private final Devices devices;
  private final Parts parts;
  private final JobClient client;
  private final JsonMapper json;
  private final ConcurrencyKey together;

  FanOut(
      JdbcClient jdbc,
      Devices devices,
      Parts parts,
      JobClient client,
      JsonMapper json,
      int partsAtOnce) {
    this.jdbc = jdbc;
    this.devices = devices;
    this.parts = parts;
    this.client = client;
    this.json = json;
    this.together = new ConcurrencyKey("offstage.push.parts", partsAtOnce);
  }

  /** The payload of a part's job. */
  record PartWork(UUID push, int no) {}

  private record State(int lastPart, @Nullable UUID lastId, boolean split) {}

  private record Piece(int no, List<String> users, List<UUID> devices) {}

  /** Whether there is such a list, whole, of this tenant. */
  boolean isKnown(String tenant, UUID audience) {
    return jdbc.sql(
            "select 1 from push_audience where id = ? and tenant = ? and members is not null")
        .params(audience, tenant)
        .query((row, n) -> true)
        .optional()
        .isPresent();
  }

  /** Splits what is not split yet. */
  void split(Target to, JobContext context) throws InterruptedException {
    boolean split = false;
    while (!split) {
      if (Thread.interrupted()) {
        throw new InterruptedException("while a push was split");
      }
      split = context.inTransaction(() -> splitSome(to, context));
    }
  }

  /** Whether a push has been begun to be split. */
  boolean isBegun(JobId push) {
    return state(push.value()).isPresent();
  }

  private boolean splitSome(Target to, JobContext context) {
    var push = context.jobId().value();
    var state = state(push).orElseGet(() -> begin(push));
    if (state.split()) {
      return true;
    }
    var pieces = pieces(to, state, context.tenant());
    enqueue(push, pieces, context);
    boolean last = pieces.size() < PARTS_AT_ONCE;
    jdbc.sql(
            """
            update push_fanout set last_part = :part, last_id = :id, split = :last
            where push = :push
            """)
        .param("part", lastPart(pieces, state))
        .param("id", lastId(pieces, state))
        .param("last", last)
        .param("push", push)
        .update();
    return last;
  }

  private static int lastPart(List<Piece> pieces, State state) {
    return pieces.isEmpty() ? state.lastPart() : pieces.getLast().no();
  }

  private static @Nullable UUID lastId(List<Piece> pieces, State state) {
    return pieces.isEmpty() || pieces.getLast().devices().isEmpty()
        ? state.lastId()
        : pieces.getLast().devices().getLast();
  }

  private Optional<State> state(UUID push) {
    return jdbc.sql("select last_part, last_id, split from push_fanout where push = ?")
        .param(push)
        .query(
            (row, n) ->
                new State(
                    row.getInt("last_part"),
                    row.getObject("last_id", UUID.class),
                    row.getBoolean("split")))
        .optional();
  }

  private State begin(UUID push) {
    jdbc.sql("insert into push_fanout (push) values (?)").param(push).update();
    return new State(-1, null, false);
  }

  private List<Piece> pieces(Target to, State state, String tenant) {
    return to.topic() == null
        ? ofAudience(Objects.requireNonNull(to.audience()), state)
        : ofTopic(tenant, to.topic(), state);
  }

  private List<Piece> ofAudience(UUID audience, State state) {
    return jdbc.sql(
            """
            select no, users, devices from push_audience_part
            where audience = ? and no > ? order by no limit ?
            """)
        .params(audience, state.lastPart(), PARTS_AT_ONCE)
        .query(
            (row, n) ->
                new Piece(
                    row.getInt("no"),
                    List.of((String[]) row.getArray("users").getArray()),
                    List.of((UUID[]) row.getArray("devices").getArray())))
        .list();
  }

  private List<Piece> ofTopic(String tenant, String topic, State state) {
    var ids = devices.ofTopic(tenant, topic, state.lastId(), PART_SIZE * PARTS_AT_ONCE);
    var pieces = new ArrayList<Piece>();
    for (int from = 0; from < ids.size(); from += PART_SIZE) {
      var some = ids.subList(from, Math.min(from + PART_SIZE, ids.size()));
      pieces.add(new Piece(state.lastPart() + 1 + pieces.size(), List.of(), List.copyOf(some)));
    }
    return pieces;
  }

  private void enqueue(UUID push, List<Piece> pieces, JobContext context) {
    if (pieces.isEmpty()) {
      return;
    }
    var jobs = pieces.stream().map(piece -> job(push, piece, context)).toList();
    var enqueued = client.offerAll(jobs);
    for (int i = 0; i < pieces.size(); i++) {
      var piece = pieces.get(i);
      var id = ((Enqueued.Accepted) enqueued.get(i)).id(); // it has no key that could refuse it
      parts.insert(
          push, new Parts.NewPart(piece.no(), id, distinct(piece.users()), piece.devices()));
    }
  }

  private static List<String> distinct(List<String> users) {
    return users.stream().distinct().toList();
  }

  /** Behind what people wait for, and few at once: each holds a hundred calls in the air. */
  private NewJob job(UUID push, Piece piece, JobContext context) {
    var payload = json.writeValueAsString(new PartWork(push, piece.no()));
    return NewJob.builder(context.tenant(), PART, payload)
        .priority(Priority.LOW)
        .concurrency(together)
        .tags(List.of("push:" + push))
        .build();
  }
}
