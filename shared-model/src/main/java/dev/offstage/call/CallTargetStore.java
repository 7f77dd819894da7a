package dev.offstage.call;

import dev.offstage.secret.Secret;
import dev.offstage.secret.SecretPlace;
import dev.offstage.secret.Secrets;
import dev.offstage.store.Db;
import dev.offstage.webhook.SealedHeaders;
import dev.offstage.webhook.SigningSecret;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Targets: what tenants do to them, and what a call needs of one. */
@Repository
public class CallTargetStore {
  private static final String COLUMNS =
      """
      tenant, name, url, header_names,
      case when old_secret_until > now() then old_secret_until end as old_secret_until,
      created_at, updated_at
      """;

  private final JdbcClient jdbc;
  private final Secrets secrets;

  CallTargetStore(Db db, Secrets secrets) {
    this.jdbc = db.jdbc();
    this.secrets = secrets;
  }

  /** What became of a target that was written. */
  public record Written(CallTarget target, boolean made) {}

  /**
   * Makes a target, or says anew where it is and which headers it takes; its secret stays.
   *
   * @param secret of one that is made
   * @return empty if the tenant has {@code most} of them
   * @throws dev.offstage.secret.SecretsUnavailableException if there is no key to seal with
   */
  public Optional<Written> put(
      String tenant,
      String name,
      String url,
      Map<String, String> headers,
      SigningSecret secret,
      int most) {
    return jdbc.sql(
            """
            insert into call_target as t (tenant, name, url, headers, header_names, secret)
            select :tenant, :name, :url, :headers, :headerNames, :secret
            where exists (select from call_target where tenant = :tenant and name = :name)
               or (select count(*) from call_target where tenant = :tenant) < :most
            on conflict (tenant, name) do update
            set url = excluded.url, headers = excluded.headers,
                header_names = excluded.header_names, updated_at = now()
            returning t.secret = :secret as made,
            """
                + COLUMNS)
        .param("tenant", tenant)
        .param("name", name)
        .param("url", url)
        .param("headers", SealedHeaders.seal(secrets, headersPlace(tenant, name), headers))
        .param("headerNames", headers.keySet().toArray(String[]::new))
        .param("secret", sealed(tenant, name, secret))
        .param("most", most)
        .query((row, n) -> new Written(target(row, n), row.getBoolean("made")))
        .optional();
  }

  public List<CallTarget> ofTenant(String tenant) {
    return jdbc.sql("select " + COLUMNS + "from call_target where tenant = :tenant order by name")
        .param("tenant", tenant)
        .query(CallTargetStore::target)
        .list();
  }

  public Optional<CallTarget> find(String tenant, String name) {
    return jdbc.sql(
            "select " + COLUMNS + "from call_target where tenant = :tenant and name = :name")
        .param("tenant", tenant)
        .param("name", name)
        .query(CallTargetStore::target)
        .optional();
  }

  /** Replaces the secret; the one before signs as well for {@code overlap}. */
  public Optional<CallTarget> rotate(
      String tenant, String name, SigningSecret secret, Duration overlap) {
    return jdbc.sql(
            """
            update call_target
            set old_secret = secret, old_secret_until = now() + :overlapMs * interval '1 ms',
                secret = :secret, updated_at = now()
            where tenant = :tenant and name = :name
            returning
            """
                + COLUMNS)
        .param("tenant", tenant)
        .param("name", name)
        .param("overlapMs", overlap.toMillis())
        .param("secret", sealed(tenant, name, secret))
        .query(CallTargetStore::target)
        .optional();
  }

  public boolean remove(String tenant, String name) {
    return jdbc.sql("delete from call_target where tenant = :tenant and name = :name")
            .param("tenant", tenant)
            .param("name", name)
            .update()
        == 1;
  }

  /**
   * What a call needs of its target, in the clear.
   *
   * @param secrets the newest first
   */
  public record Opened(
      @Nullable String url, Map<String, String> headers, List<SigningSecret> secrets) {}

  private record Sealed(
      @Nullable String url, @Nullable String headers, String secret, @Nullable String oldSecret) {}

  /**
   * A target, opened.
   *
   * @throws dev.offstage.secret.SecretsUnavailableException if there is no key to open with
   */
  public Optional<Opened> open(String tenant, String name) {
    return jdbc.sql(
            """
            select url, headers, secret,
                   case when old_secret_until > now() then old_secret end as old_secret
            from call_target where tenant = :tenant and name = :name
            """)
        .param("tenant", tenant)
        .param("name", name)
        .query(
            (row, n) ->
                new Sealed(
                    row.getString("url"),
                    row.getString("headers"),
                    row.getString("secret"),
                    row.getString("old_secret")))
        .optional()
        .map(stored -> opened(tenant, name, stored));
  }

  /**
   * The target that signs what names none. Made where there is none, so that every call is signed;
   * its tenant learns the secret by replacing it.
   */
  public Opened openDefault(String tenant) {
    var there = open(tenant, CallTarget.DEFAULT);
    if (there.isPresent()) {
      return there.get();
    }
    jdbc.sql(
            """
            insert into call_target (tenant, name, secret) values (:tenant, :name, :secret)
            on conflict do nothing
            """)
        .param("tenant", tenant)
        .param("name", CallTarget.DEFAULT)
        .param("secret", sealed(tenant, CallTarget.DEFAULT, SigningSecret.random()))
        .update();
    return open(tenant, CallTarget.DEFAULT).orElseThrow();
  }

  private Opened opened(String tenant, String name, Sealed stored) {
    var signing = new ArrayList<SigningSecret>();
    signing.add(secret(tenant, name, stored.secret()));
    if (stored.oldSecret() != null) {
      signing.add(secret(tenant, name, stored.oldSecret()));
    }
    return new Opened(
        stored.url(),
        SealedHeaders.open(secrets, headersPlace(tenant, name), stored.headers()),
        List.copyOf(signing));
  }

  private SigningSecret secret(String tenant, String name, String stored) {
    return SigningSecret.of(secrets.open(secretPlace(tenant, name), stored).text());
  }

  private String sealed(String tenant, String name, SigningSecret secret) {
    return secrets.seal(secretPlace(tenant, name), Secret.of(secret.text()));
  }

  private static SecretPlace secretPlace(String tenant, String name) {
    return new SecretPlace(tenant, "call.secret", tenant + "/" + name);
  }

  private static SecretPlace headersPlace(String tenant, String name) {
    return new SecretPlace(tenant, "call.headers", tenant + "/" + name);
  }

  private static CallTarget target(ResultSet row, int n) throws SQLException {
    return new CallTarget(
        row.getString("tenant"),
        row.getString("name"),
        row.getString("url"),
        List.of((String[]) row.getArray("header_names").getArray()),
        instant(row, "old_secret_until"),
        row.getObject("created_at", OffsetDateTime.class).toInstant(),
        row.getObject("updated_at", OffsetDateTime.class).toInstant());
  }

  private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
    var time = row.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }
}
