package dev.offstage.ingest.auth;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The API keys of servers, and the write keys that apps ship with. Stored hashed only. */
@Component
public class ApiKeys {
  private static final Duration REMEMBERED = Duration.ofSeconds(5);
  private static final int MAX_REMEMBERED = 10_000;

  private record Remembered(Caller caller, Instant until) {}

  private final JdbcClient db;
  private final InstantSource clock;
  private final SecureRandom random = new SecureRandom();
  // By hash. Bounds what a revoked key can still do to a few seconds, and the round trips of a busy
  // one to one every few seconds.
  private final Map<ByteBuffer, Remembered> remembered = new ConcurrentHashMap<>();

  ApiKeys(JdbcClient db, InstantSource clock) {
    this.db = db;
    this.clock = clock;
  }

  /** The same over another connection pool. */
  public static ApiKeys over(JdbcClient db, InstantSource clock) {
    return new ApiKeys(db, clock);
  }

  /**
   * A key as it is kept.
   *
   * @param hint its first characters
   */
  public record Kept(
      UUID id,
      String name,
      String hint,
      List<String> scopes,
      Instant createdAt,
      @Nullable Instant revokedAt) {}

  /** A tenant's keys, the latest first. */
  public List<Kept> of(String tenant) {
    return db.sql("select * from api_key where tenant = ? order by created_at desc")
        .param(tenant)
        .query(ApiKeys::kept)
        .list();
  }

  private static Kept kept(ResultSet row, int index) throws SQLException {
    var revoked = row.getObject("revoked_at", OffsetDateTime.class);
    return new Kept(
        row.getObject("id", UUID.class),
        row.getString("name"),
        row.getString("hint"),
        List.of((String[]) row.getArray("scopes").getArray()),
        row.getObject("created_at", OffsetDateTime.class).toInstant(),
        revoked == null ? null : revoked.toInstant());
  }

  /**
   * Makes a key of an existing tenant. One that may only write events is a write key.
   *
   * @param name for people
   * @throws IllegalArgumentException if {@code scopes} is empty
   */
  public IssuedKey issue(String tenant, String name, Set<Scope> scopes) {
    if (scopes.isEmpty()) {
      throw new IllegalArgumentException("scopes: none (expected: at least one)");
    }
    var text = ApiKeyText.random(scopes.equals(EnumSet.of(Scope.EVENTS_WRITE)), random);
    var id = UUID.randomUUID();
    db.sql(
            """
            insert into api_key (id, tenant, name, hint, hash, scopes)
            values (:id, :tenant, :name, :hint, :hash, :scopes)\
            """)
        .param("id", id)
        .param("tenant", tenant)
        .param("name", name)
        .param("hint", text.hint())
        .param("hash", text.sha256())
        .param("scopes", scopes.stream().map(Scope::text).sorted().toArray(String[]::new))
        .update();
    return new IssuedKey(id, text.text());
  }

  /** Revokes a key, everywhere within seconds. Returns whether this call did it. */
  public boolean revoke(UUID id) {
    return db.sql("update api_key set revoked_at = now() where id = ? and revoked_at is null")
            .param(id)
            .update()
        == 1;
  }

  /** Whose key this is; empty for one that is unknown or revoked. */
  Optional<Caller> find(ApiKeyText key) {
    if (!key.isWellFormed()) {
      return Optional.empty();
    }
    var hash = key.sha256();
    var known = remembered.get(ByteBuffer.wrap(hash));
    if (known != null && clock.instant().isBefore(known.until())) {
      return Optional.of(known.caller());
    }
    var found =
        db.sql("select tenant, scopes from api_key where hash = ? and revoked_at is null")
            .param(hash)
            .query(ApiKeys::caller)
            .optional();
    remember(ByteBuffer.wrap(hash), found);
    return found;
  }

  private void remember(ByteBuffer hash, Optional<Caller> found) {
    if (remembered.size() >= MAX_REMEMBERED) {
      remembered.clear();
    }
    found.ifPresentOrElse(
        caller -> remembered.put(hash, new Remembered(caller, clock.instant().plus(REMEMBERED))),
        () -> remembered.remove(hash));
  }

  private static Caller caller(ResultSet row, int index) throws SQLException {
    var scopes = EnumSet.noneOf(Scope.class);
    // A scope that this version does not know grants nothing.
    Arrays.stream((String[]) row.getArray("scopes").getArray())
        .forEach(text -> Scope.of(text).ifPresent(scopes::add));
    return new Caller(row.getString("tenant"), null, Set.copyOf(scopes));
  }
}
