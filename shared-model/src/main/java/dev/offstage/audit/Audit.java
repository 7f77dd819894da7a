package dev.offstage.audit;

import dev.offstage.body.JsonText;
import dev.offstage.store.Db;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** The audit log, and the one way to do what belongs in it. */
@Component
public final class Audit {
  private static final Logger log = LoggerFactory.getLogger(Audit.class);

  /** Deadlocks and connections that broke pass. */
  private static final int MOST_TEXT = 500;

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Db db;
  private final JdbcClient jdbc;

  Audit(Db db) {
    this.db = db;
    this.jdbc = db.jdbc();
  }

  /** The same over another connection pool. */
  public static Audit over(Db db) {
    return new Audit(db);
  }

  /**
   * Does an act and writes its entry, in one transaction. It is not tried again: of a commit whose
   * outcome is unknown only the log can tell, and not every act may be done twice. Where {@code
   * deed} throws, nothing of it stays, and an entry says so.
   *
   * @param deed takes part in the transaction under way on its thread
   * @param result what came of it, for the entry; no secrets
   * @param refusal which exceptions say that the act made no sense
   */
  public <T> T act(
      Actor actor,
      Act act,
      Supplier<T> deed,
      Function<T, ? extends Map<String, ? extends @Nullable Object>> result,
      Predicate<RuntimeException> refusal) {
    try {
      return db.transactions()
          .execute(
              status -> {
                var done = deed.get();
                write(actor, act, Outcome.DONE, result.apply(done));
                return done;
              });
    } catch (RuntimeException e) {
      note(actor, act, refusal.test(e) ? Outcome.REFUSED : Outcome.FAILED, e);
      throw e;
    }
  }

  private void note(Actor actor, Act act, Outcome outcome, RuntimeException failure) {
    try {
      refused(actor, act, outcome, String.valueOf(failure.getMessage()));
    } catch (DataAccessException e) {
      log.warn("No entry of what {} was refused: {}: {}", actor.name(), act.action(), e.toString());
      failure.addSuppressed(e);
    }
  }

  /** Writes down what was not done. */
  public void refused(Actor actor, Act act, Outcome outcome, String why) {
    write(actor, act, outcome, Map.of("detail", shortened(why)));
  }

  /** Writes down what was done elsewhere, in the transaction under way, if there is one. */
  public void done(Actor actor, Act act, Map<String, ? extends @Nullable Object> result) {
    write(actor, act, Outcome.DONE, result);
  }

  private void write(
      Actor actor, Act act, Outcome outcome, Map<String, ? extends @Nullable Object> result) {
    jdbc.sql(
            """
            insert into audit_entry
              (actor, via, action, target, tenant, parameters, outcome, result)
            values (:actor, :via, :action, :target, :tenant, :parameters::jsonb, :outcome,
                    :result::jsonb)
            """)
        .param("actor", shortened(actor.name()))
        .param("via", actor.via())
        .param("action", shortened(act.action()))
        .param("target", shortened(act.target()))
        .param("tenant", act.tenant())
        .param("parameters", storable(act.parameters()))
        .param("outcome", outcome.text())
        .param("result", storable(result))
        .update();
  }

  /** PostgreSQL's text and jsonb know no NUL. */
  private static String shortened(String text) {
    var safe = text.replace('\0', '?');
    return safe.length() > MOST_TEXT ? safe.substring(0, MOST_TEXT) + "…" : safe;
  }

  private static String storable(Map<String, ? extends @Nullable Object> members) {
    return JsonText.withoutNul(JSON.writeValueAsString(members));
  }

  /**
   * Entries, newest first.
   *
   * @param before only those with a smaller id; null for the newest
   */
  public List<AuditEntry> page(AuditFilter filter, @Nullable Long before, int limit) {
    return jdbc.sql(
            """
            select id, at, actor, via, action, target, tenant, parameters::text, outcome,
                   result::text
            from audit_entry
            where id < coalesce(:before::bigint, 9223372036854775807)
              and (:actor::text is null or actor = :actor)
              and (:action::text is null or action like :action)
              and (:target::text is null or target = :target)
              and (:outcome::text is null or outcome = :outcome)
              and (:from::timestamptz is null or at >= :from)
              and (:to::timestamptz is null or at < :to)
            order by id desc limit :limit
            """)
        .param("before", before)
        .param("actor", filter.actor())
        .param("action", like(filter.action()))
        .param("target", filter.target())
        .param("outcome", filter.outcome())
        .param("from", time(filter.from()))
        .param("to", time(filter.to()))
        .param("limit", limit)
        .query(Audit::entry)
        .list();
  }

  private static @Nullable String like(@Nullable String action) {
    return action == null
        ? null
        : action.replace("\\", "\\\\").replace("_", "\\_").replace("%", "\\%").replace('*', '%');
  }

  private static @Nullable OffsetDateTime time(@Nullable Instant at) {
    return at == null ? null : at.atOffset(ZoneOffset.UTC);
  }

  private static AuditEntry entry(ResultSet row, int n) throws SQLException {
    return new AuditEntry(
        row.getLong("id"),
        row.getObject("at", OffsetDateTime.class).toInstant(),
        row.getString("actor"),
        row.getString("via"),
        row.getString("action"),
        row.getString("target"),
        row.getString("tenant"),
        row.getString("parameters"),
        row.getString("outcome"),
        row.getString("result"));
  }
}
