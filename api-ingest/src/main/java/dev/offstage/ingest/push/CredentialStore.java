package dev.offstage.ingest.push;

import dev.offstage.body.JsonText;
import dev.offstage.ingest.device.Provider;
import dev.offstage.secret.SecretPlace;
import dev.offstage.secret.Secrets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Providers' credentials of tenants. Writes secrets, and never reads them. */
@Repository
class CredentialStore {
  static final String PURPOSE = "push.credential";

  private final JdbcClient jdbc;
  private final Secrets secrets;

  CredentialStore(JdbcClient jdbc, Secrets secrets) {
    this.jdbc = jdbc;
    this.secrets = secrets;
  }

  /**
   * Stores a credential in place of the one before; a fault of that one is forgotten.
   *
   * @throws dev.offstage.secret.SecretsUnavailableException if there is no key to seal it with
   */
  Credential put(String tenant, Provider provider, String app, CredentialReader.Wanted wanted) {
    var id = UUID.randomUUID();
    var sealed = secrets.seal(new SecretPlace(tenant, PURPOSE, id.toString()), wanted.secret());
    return jdbc.sql(
            """
            insert into push_credential (id, tenant, provider, app, sandbox, facts, secret)
            values (:id, :tenant, :provider, :app, :sandbox, :facts::jsonb, :secret)
            on conflict (tenant, provider, app, sandbox) do update
            set id = excluded.id, facts = excluded.facts, secret = excluded.secret,
                created_at = now(), fault = null, fault_at = null
            returning *
            """)
        .param("id", id)
        .param("tenant", tenant)
        .param("provider", provider.text())
        .param("app", app)
        .param("sandbox", wanted.sandbox())
        .param("facts", JsonText.MAPPER.writeValueAsString(wanted.facts()))
        .param("secret", sealed)
        .query(CredentialStore::credential)
        .single();
  }

  List<Credential> list(String tenant) {
    return jdbc.sql(
            "select * from push_credential where tenant = ? order by provider, app, sandbox")
        .param(tenant)
        .query(CredentialStore::credential)
        .list();
  }

  /** Returns whether there was such a one. */
  boolean delete(String tenant, Provider provider, String app, boolean sandbox) {
    return jdbc.sql(
                """
                delete from push_credential
                where tenant = ? and provider = ? and app = ? and sandbox = ?
                """)
            .params(tenant, provider.text(), app, sandbox)
            .update()
        == 1;
  }

  private static Credential credential(ResultSet row, int index) throws SQLException {
    var facts = new HashMap<String, String>();
    JsonText.MAPPER
        .readTree(row.getString("facts"))
        .properties()
        .forEach(fact -> facts.put(fact.getKey(), fact.getValue().asString()));
    var faultAt = row.getObject("fault_at", OffsetDateTime.class);
    return new Credential(
        row.getString("provider"),
        row.getString("app"),
        row.getBoolean("sandbox"),
        facts,
        row.getObject("created_at", OffsetDateTime.class).toInstant(),
        row.getString("fault"),
        faultAt == null ? null : faultAt.toInstant());
  }
}
