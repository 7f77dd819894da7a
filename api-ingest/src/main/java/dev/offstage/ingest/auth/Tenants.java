package dev.offstage.ingest.auth;

import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The tenants: whom everything belongs to. */
@Component
public class Tenants {
  private static final Pattern FORM = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");
  private static final int MAX_KNOWN = 10_000;

  private final JdbcClient db;
  private final Set<String> known = ConcurrentHashMap.newKeySet();

  Tenants(JdbcClient db) {
    this.db = db;
  }

  /** The same over another connection pool. */
  public static Tenants over(JdbcClient db) {
    return new Tenants(db);
  }

  /** Every tenant: its id, and its name. */
  public SortedMap<String, String> all() {
    var all = new TreeMap<String, String>();
    db.sql("select id, name from tenant")
        .query(
            row -> {
              all.put(row.getString("id"), row.getString("name"));
            });
    return all;
  }

  static boolean isId(String text) {
    return FORM.matcher(text).matches();
  }

  /**
   * Makes the tenant unless it is there; an existing one keeps its name.
   *
   * @throws IllegalArgumentException unless {@code id} is 1 to 63 of a-z, 0-9 and hyphen
   */
  public void ensure(String id, String name) {
    if (!isId(id)) {
      throw new IllegalArgumentException("tenant: " + id + " (expected: " + FORM + ")");
    }
    if (known.contains(id)) {
      return;
    }
    db.sql("insert into tenant (id, name) values (?, ?) on conflict (id) do nothing")
        .params(id, name)
        .update();
    if (known.size() >= MAX_KNOWN) {
      known.clear();
    }
    known.add(id);
  }
}
