package dev.offstage.operator;

import dev.offstage.store.Db;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Tokens with which scripts act as an operator: {@code offstage_op_} and 43 random characters. The
 * prefix lets scanners of secrets know a leaked one.
 */
@Component
public final class OperatorTokens {
  public static final String PREFIX = "offstage_op_";

  private static final Pattern FORM = Pattern.compile("offstage_op_[A-Za-z0-9_-]{43}");
  private static final int HINT = PREFIX.length() + 4;

  private final JdbcClient jdbc;

  OperatorTokens(Db db) {
    this.jdbc = db.jdbc();
  }

  /** The same over another connection pool. */
  public static OperatorTokens over(Db db) {
    return new OperatorTokens(db);
  }

  /**
   * A token as it is kept.
   *
   * @param hint its first characters
   */
  public record Kept(
      UUID id, String label, String hint, Instant createdAt, @Nullable Instant revokedAt) {}

  /**
   * Makes a token.
   *
   * @param text to be shown this once
   */
  public record Issued(UUID id, String text) {
    /** Keeps the secret out of logs. */
    @Override
    public String toString() {
      return "token " + id;
    }
  }

  /** Makes a token of an operator that there is. */
  public Issued issue(String operator, String label) {
    var text = PREFIX + Secret256.random();
    var id =
        jdbc.sql(
                """
                insert into operator_token (operator, label, hash, hint)
                values (:operator, :label, :hash, :hint) returning id
                """)
            .param("operator", operator)
            .param("label", label)
            .param("hash", Secret256.hash(text))
            .param("hint", text.substring(0, HINT))
            .query((row, n) -> row.getObject("id", UUID.class))
            .single();
    return new Issued(id, text);
  }

  /** Whose token it is; empty if it is none, or no longer, or its operator is disabled. */
  public Optional<Operator> find(String text) {
    if (!FORM.matcher(text).matches()) {
      return Optional.empty();
    }
    return jdbc.sql(
            """
            select o.* from operator_token t join operator o on o.name = t.operator
            where t.hash = :hash and t.revoked_at is null and o.disabled_at is null
            """)
        .param("hash", Secret256.hash(text))
        .query(Operators::operator)
        .optional();
  }

  /** An operator's tokens, the latest first. */
  public List<Kept> of(String operator) {
    return jdbc.sql(
            "select * from operator_token where operator = :operator order by created_at desc, id")
        .param("operator", operator)
        .query(
            (row, n) -> {
              var revoked = row.getObject("revoked_at", OffsetDateTime.class);
              return new Kept(
                  row.getObject("id", UUID.class),
                  row.getString("label"),
                  row.getString("hint"),
                  row.getObject("created_at", OffsetDateTime.class).toInstant(),
                  revoked == null ? null : revoked.toInstant());
            })
        .list();
  }

  /**
   * @return false if that operator has no such token in force
   */
  public boolean revoke(String operator, UUID id) {
    return jdbc.sql(
                """
                update operator_token set revoked_at = now()
                where id = :id and operator = :operator and revoked_at is null
                """)
            .param("id", id)
            .param("operator", operator)
            .update()
        == 1;
  }
}
