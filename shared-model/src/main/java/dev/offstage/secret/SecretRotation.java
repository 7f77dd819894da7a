package dev.offstage.secret;

import dev.offstage.store.Db;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Seals again, with the newest key, what older keys have sealed: in every column that {@code
 * sealed_column} names, each row by itself. May run at any time, be killed and be repeated: a
 * secret that its owner changes meanwhile is left as that has made it.
 */
public final class SecretRotation {
  private static final int BATCH = 200;

  /** Owners change secrets meanwhile: whoever seals with an old key for ever is not waited for. */
  private static final int MOST_ROUNDS = 10;

  private final JdbcClient jdbc;
  private final Secrets secrets;

  public SecretRotation(Db db, Secrets secrets) {
    this.jdbc = db.jdbc();
    this.secrets = secrets;
  }

  /**
   * What became of one column's secrets.
   *
   * @param sealed that were sealed again
   * @param unreadable that did not open: their key is not configured, or they are damaged
   */
  public record Column(String table, String column, int sealed, int unreadable) {}

  /**
   * Goes over all columns until nothing is found that an older key has sealed: a secret may be
   * moved into a column that was done with, as its owner's next one takes its place.
   *
   * @throws SecretsUnavailableException if there is no key
   */
  public List<Column> rotate() {
    var newest = secrets.newest();
    var all = round(newest);
    var latest = all;
    for (int n = 1; n < MOST_ROUNDS && latest.stream().anyMatch(c -> c.sealed() > 0); n++) {
      latest = round(newest);
      all = sum(all, latest);
    }
    return all;
  }

  private static List<Column> sum(List<Column> before, List<Column> latest) {
    return IntStream.range(0, latest.size())
        .mapToObj(
            n -> {
              var column = latest.get(n);
              int sealed = before.get(n).sealed() + column.sealed();
              return new Column(column.table(), column.column(), sealed, column.unreadable());
            })
        .toList();
  }

  private List<Column> round(String newest) {
    return jdbc
        .sql("select * from sealed_column order by table_name, column_name")
        .query(
            (row, n) ->
                new SealedColumn(
                    row.getString("table_name"),
                    row.getString("column_name"),
                    List.of((String[]) row.getArray("key_columns").getArray()),
                    row.getString("tenant_column"),
                    row.getString("purpose")))
        .list()
        .stream()
        .map(column -> rotate(column, newest))
        .toList();
  }

  private Column rotate(SealedColumn column, String newest) {
    int sealed = 0;
    int unreadable = 0;
    @Nullable String last = null;
    while (true) {
      var batch = older(column, newest, last);
      for (var row : batch) {
        var again = sealedAgain(column, row);
        if (again == null) {
          unreadable++;
        } else {
          sealed += replace(column, row, again);
        }
        last = row.key();
      }
      if (batch.size() < BATCH) {
        return new Column(column.table(), column.column(), sealed, unreadable);
      }
    }
  }

  private @Nullable String sealedAgain(SealedColumn column, Row row) {
    var place = new SecretPlace(row.tenant(), column.purpose(), row.key());
    try {
      return secrets.seal(place, secrets.open(place, row.sealed()));
    } catch (SecretUnreadableException e) {
      return null;
    }
  }

  private record Row(String key, String tenant, String sealed) {}

  /** Names come from migrations, never from a request; they are quoted all the same. */
  private record SealedColumn(
      String table, String column, List<String> keys, @Nullable String tenant, String purpose) {
    static String quoted(String name) {
      return "\"" + name.replace("\"", "\"\"") + "\"";
    }

    String key() {
      return keys.stream()
          .map(name -> quoted(name) + "::text")
          .collect(Collectors.joining(" || '/' || "));
    }

    String tenantText() {
      return tenant == null ? "''" : "coalesce(" + quoted(tenant) + "::text, '')";
    }
  }

  private List<Row> older(SealedColumn column, String newest, @Nullable String after) {
    return jdbc.sql(
            "select * from (select %s as key, %s as tenant, %s as sealed from %s) s"
                    .formatted(
                        column.key(),
                        column.tenantText(),
                        SealedColumn.quoted(column.column()),
                        SealedColumn.quoted(column.table()))
                + " where sealed is not null and split_part(sealed, '.', 2) <> :newest"
                + " and (:after::text is null or key > :after) order by key limit :limit")
        .param("newest", newest)
        .param("after", after)
        .param("limit", BATCH)
        .query(
            (row, n) ->
                new Row(row.getString("key"), row.getString("tenant"), row.getString("sealed")))
        .list();
  }

  /** Unless somebody has changed it meanwhile. */
  private int replace(SealedColumn column, Row row, String again) {
    var name = SealedColumn.quoted(column.column());
    return jdbc.sql(
            "update %s set %s = :again where %s = :key and %s = :sealed"
                .formatted(SealedColumn.quoted(column.table()), name, column.key(), name))
        .param("again", again)
        .param("key", row.key())
        .param("sealed", row.sealed())
        .update();
  }
}
