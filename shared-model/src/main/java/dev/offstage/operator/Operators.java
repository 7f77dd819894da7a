package dev.offstage.operator;

import dev.offstage.store.Db;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The operators. Their verbs answer false where there is no such operator. */
@Component
public final class Operators {
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");

  private final JdbcClient jdbc;

  Operators(Db db) {
    this.jdbc = db.jdbc();
  }

  /** The same over another connection pool. */
  public static Operators over(Db db) {
    return new Operators(db);
  }

  /**
   * Adds an operator.
   *
   * @param passwordHash of {@link Passwords}; null for one that has tokens only
   * @return false if there is one of that name
   * @throws IllegalArgumentException if that is no name
   */
  public boolean add(String name, Role role, @Nullable String passwordHash) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "name: %s (expected: 1 to 63 of a-z, 0-9, dot, hyphen and underscore)"
              .formatted(name.length() > 70 ? name.substring(0, 70) + "…" : name));
    }
    return jdbc.sql(
                """
                insert into operator (name, role, password) values (:name, :role, :password)
                on conflict (name) do nothing
                """)
            .param("name", name)
            .param("role", role.text())
            .param("password", passwordHash)
            .update()
        == 1;
  }

  /** Every operator, by name. */
  public List<Operator> all() {
    return jdbc.sql("select * from operator order by name").query(Operators::operator).list();
  }

  public Optional<Operator> find(String name) {
    return jdbc.sql("select * from operator where name = :name")
        .param("name", name)
        .query(Operators::operator)
        .optional();
  }

  /** The hash of the password of one that may log in. */
  public Optional<String> passwordHash(String name) {
    return jdbc.sql(
            """
            select password from operator
            where name = :name and disabled_at is null and password is not null
            """)
        .param("name", name)
        .query((row, n) -> String.valueOf(row.getString("password")))
        .optional();
  }

  /** Sets a password, and ends what was logged in with the one before. */
  public boolean password(String name, String passwordHash) {
    boolean known =
        jdbc.sql("update operator set password = :password where name = :name")
                .param("name", name)
                .param("password", passwordHash)
                .update()
            == 1;
    endSessions(name);
    return known;
  }

  public boolean role(String name, Role role) {
    return jdbc.sql("update operator set role = :role where name = :name")
            .param("name", name)
            .param("role", role.text())
            .update()
        == 1;
  }

  /** Lets an operator do nothing any more, from its next request on. */
  public boolean disable(String name) {
    boolean known =
        jdbc.sql(
                    """
                    update operator set disabled_at = coalesce(disabled_at, now())
                    where name = :name
                    """)
                .param("name", name)
                .update()
            == 1;
    endSessions(name);
    return known;
  }

  public boolean enable(String name) {
    return jdbc.sql("update operator set disabled_at = null where name = :name")
            .param("name", name)
            .update()
        == 1;
  }

  private void endSessions(String name) {
    jdbc.sql("delete from operator_session where operator = :name").param("name", name).update();
  }

  static Operator operator(ResultSet row, int n) throws SQLException {
    var disabled = row.getObject("disabled_at", OffsetDateTime.class);
    return new Operator(
        row.getString("name"),
        Role.of(row.getString("role")),
        row.getString("password") != null,
        row.getObject("created_at", OffsetDateTime.class).toInstant(),
        disabled == null ? null : disabled.toInstant());
  }
}
