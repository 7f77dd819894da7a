package dev.offstage.scheduler.console.auth;

import dev.offstage.operator.Secret256;
import dev.offstage.store.Db;
import java.time.Duration;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Bounds how often a password may be guessed, over all nodes: for a name from an address, from an
 * address for any name, and for a name from anywhere. Counted before the password is looked at, so
 * that many at once are no way around; forgotten after a success.
 */
@Component
final class LoginAttempts {
  static final int FOR_NAME_FROM_ADDRESS = 10;

  private static final int FROM_ADDRESS = 50;
  private static final int FOR_NAME = 200;
  private static final Duration WINDOW = Duration.ofMinutes(15);

  private final JdbcClient jdbc;

  LoginAttempts(Db db) {
    this.jdbc = db.jdbc();
  }

  /** Counts an attempt; false if there were too many. */
  boolean mayTry(String name, String address) {
    return buckets(name, address).stream().allMatch(bucket -> count(bucket.key) <= bucket.most);
  }

  /** The right password was given. */
  void succeeded(String name, String address) {
    jdbc.sql("delete from login_attempt where key = :key or until < now()")
        .param("key", buckets(name, address).getLast().key)
        .update();
  }

  private record Bucket(byte[] key, int most) {}

  private static List<Bucket> buckets(String name, String address) {
    // One that has had enough for its address leaves no rows of the names that it makes up.
    return List.of(
        new Bucket(Secret256.hash("address:" + address), FROM_ADDRESS),
        new Bucket(Secret256.hash("name:" + name), FOR_NAME),
        new Bucket(Secret256.hash("both:" + address + "/" + name), FOR_NAME_FROM_ADDRESS));
  }

  private int count(byte[] key) {
    int attempts = attempt(key);
    if (attempts == 1) {
      jdbc.sql("delete from login_attempt where until < now()").update();
    }
    return attempts;
  }

  private int attempt(byte[] key) {
    return jdbc.sql(
            """
            insert into login_attempt as a (key, attempts, until)
            values (:key, 1, now() + :windowMs * interval '1 ms')
            on conflict (key) do update
            set attempts = case when a.until < now() then 1 else a.attempts + 1 end,
                until = case when a.until < now() then excluded.until else a.until end
            returning attempts
            """)
        .param("key", key)
        .param("windowMs", WINDOW.toMillis())
        .query(Integer.class)
        .single();
  }
}
