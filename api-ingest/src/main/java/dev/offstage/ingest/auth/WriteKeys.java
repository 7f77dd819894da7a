package dev.offstage.ingest.auth;

import dev.offstage.event.EventSource;
import dev.offstage.ingest.auth.WriteKey.IpPolicy;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The write keys that apps ship with. Remembers them: events are taken while PostgreSQL is away,
 * with the keys that this node knows.
 */
@Component
public class WriteKeys {
  private static final Logger log = LoggerFactory.getLogger(WriteKeys.class);
  private static final long FRESH = Duration.ofSeconds(5).toNanos();

  /** For how long a key is good that cannot be asked about. */
  private static final long STALE = Duration.ofHours(6).toNanos();

  /** After PostgreSQL did not answer, nobody waits for it again for so long. */
  private static final long PAUSE = Duration.ofSeconds(1).toNanos();

  private static final int MAX_REMEMBERED = 10_000;

  private record Known(WriteKey key, long askedAt, long againAt) {}

  private final JdbcClient db;
  private final Map<String, Known> known = new ConcurrentHashMap<>();

  WriteKeys(JdbcClient db) {
    this.db = db;
  }

  /**
   * The key of that text; empty for one that is unknown or revoked, or may do more than write
   * events: such a key must not be shipped in an app.
   *
   * @throws DataAccessException if this node does not know it and PostgreSQL is away
   */
  public Optional<WriteKey> find(String text) {
    var key = new ApiKeyText(text);
    if (!key.isWellFormed()) {
      return Optional.empty();
    }
    var remembered = known.get(text);
    long now = System.nanoTime();
    if (remembered != null && now - remembered.againAt < 0) {
      return Optional.of(remembered.key);
    }
    if (remembered == null) {
      return ask(key);
    }
    // One asks, the others go on with what is known.
    if (!known.replace(text, remembered, later(remembered, now))) {
      return Optional.of(remembered.key);
    }
    try {
      return ask(key);
    } catch (DataAccessException e) {
      if (now - remembered.askedAt > STALE) {
        known.remove(text);
        throw e;
      }
      log.debug("A write key could not be asked about and counts as in force: {}", e.getMessage());
      return Optional.of(remembered.key);
    }
  }

  private static Known later(Known remembered, long now) {
    return new Known(remembered.key, remembered.askedAt, now + PAUSE);
  }

  private Optional<WriteKey> ask(ApiKeyText text) {
    var found =
        db.sql(
                """
                select a.id, a.tenant, coalesce(w.app, 'default') as app, w.platform, w.rate,
                       coalesce(p.deny, '{}') as deny, coalesce(p.ip, 'drop') as ip
                from api_key a
                  left join write_key w on w.id = a.id
                  left join event_policy p on p.tenant = a.tenant
                where a.hash = :hash and a.revoked_at is null and a.scopes = '{events:write}'
                """)
            .param("hash", text.sha256())
            .query(WriteKeys::key)
            .optional();
    found.ifPresentOrElse(key -> remember(text.text(), key), () -> known.remove(text.text()));
    return found;
  }

  private void remember(String text, WriteKey key) {
    if (known.size() >= MAX_REMEMBERED) {
      known.clear();
    }
    long now = System.nanoTime();
    known.put(text, new Known(key, now, now + FRESH));
  }

  private static WriteKey key(ResultSet row, int index) throws SQLException {
    @Nullable Integer rate = row.getObject("rate", Integer.class);
    return new WriteKey(
        new EventSource(
            row.getString("tenant"), row.getString("app"), row.getObject("id", UUID.class)),
        row.getString("platform"),
        rate,
        Set.of((String[]) row.getArray("deny").getArray()),
        IpPolicy.valueOf(row.getString("ip").toUpperCase(Locale.ROOT)));
  }
}
