package dev.offstage.webhook;

import dev.offstage.secret.Secret;
import dev.offstage.secret.SecretPlace;
import dev.offstage.secret.Secrets;
import dev.offstage.store.Db;
import dev.offstage.store.GateStore;
import dev.offstage.store.Touched;
import dev.offstage.webhook.Endpoint.State;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Endpoints: what tenants do to them. */
@Repository
public class EndpointStore {
  static final String COLUMNS =
      """
      id, tenant, url, description, types, ordered, state, reason, header_names,
      case when old_secret_until > now() then old_secret_until end as old_secret_until,
      failing_since, created_at, updated_at
      """;

  private final Db db;
  private final JdbcClient jdbc;
  private final Secrets secrets;
  private final GateStore gates;

  EndpointStore(Db db, Secrets secrets, GateStore gates) {
    this.db = db;
    this.jdbc = db.jdbc();
    this.secrets = secrets;
    this.gates = gates;
  }

  /**
   * What a tenant says of an endpoint.
   *
   * @param headers sent with each call, beside those of Standard Webhooks
   */
  public record Wanted(
      String url,
      @Nullable String description,
      List<String> types,
      boolean ordered,
      Map<String, String> headers) {}

  static SecretPlace secretPlace(String tenant, UUID id) {
    return new SecretPlace(tenant, "webhook.secret", id.toString());
  }

  static SecretPlace headersPlace(String tenant, UUID id) {
    return new SecretPlace(tenant, "webhook.headers", id.toString());
  }

  /**
   * Makes an endpoint, unless the tenant has {@code most} of them.
   *
   * @throws dev.offstage.secret.SecretsUnavailableException if there is no key to seal with
   */
  public Optional<Endpoint> create(String tenant, Wanted wanted, SigningSecret secret, int most) {
    var id = UUID.randomUUID();
    return jdbc.sql(
            """
            insert into webhook_endpoint
              (id, tenant, url, description, types, ordered, headers, header_names, secret)
            select :id, :tenant, :url, :description, :types, :ordered, :headers, :headerNames, :secret
            where (select count(*) from webhook_endpoint
                   where tenant = :tenant and state <> 'removed') < :most
            returning
            """
                + COLUMNS)
        .param("id", id)
        .param("tenant", tenant)
        .params(columns(tenant, id, wanted))
        .param("secret", sealed(tenant, id, secret))
        .param("most", most)
        .query(EndpointStore::endpoint)
        .optional();
  }

  private String sealed(String tenant, UUID id, SigningSecret secret) {
    return secrets.seal(secretPlace(tenant, id), Secret.of(secret.text()));
  }

  private Map<String, @Nullable Object> columns(String tenant, UUID id, Wanted wanted) {
    var columns = new HashMap<String, @Nullable Object>();
    columns.put("url", wanted.url());
    columns.put("description", wanted.description());
    columns.put("types", wanted.types().toArray(String[]::new));
    columns.put("ordered", wanted.ordered());
    columns.put("headers", SealedHeaders.seal(secrets, headersPlace(tenant, id), wanted.headers()));
    columns.put("headerNames", wanted.headers().keySet().toArray(String[]::new));
    return columns;
  }

  /** A tenant's endpoints, in the order of their ids. */
  public List<Endpoint> ofTenant(String tenant) {
    return jdbc.sql(
            "select "
                + COLUMNS
                + "from webhook_endpoint where tenant = :tenant and state <> 'removed'"
                + " order by created_at, id")
        .param("tenant", tenant)
        .query(EndpointStore::endpoint)
        .list();
  }

  public Optional<Endpoint> find(UUID id, String tenant) {
    return jdbc.sql(
            "select "
                + COLUMNS
                + "from webhook_endpoint"
                + " where id = :id and tenant = :tenant and state <> 'removed'")
        .param("id", id)
        .param("tenant", tenant)
        .query(EndpointStore::endpoint)
        .optional();
  }

  /** Those of some tenants that are to be told of what happens. */
  public List<Endpoint> listening(Collection<String> tenants) {
    return jdbc.sql(
            "select "
                + COLUMNS
                + "from webhook_endpoint where tenant = any(:tenants) and state in"
                + " ('active', 'paused') order by created_at, id")
        .param("tenants", tenants.toArray(String[]::new))
        .query(EndpointStore::endpoint)
        .list();
  }

  /** Says anew what an endpoint is; its headers only where {@code headersToo}. */
  public Optional<Endpoint> update(UUID id, String tenant, Wanted wanted, boolean headersToo) {
    return jdbc.sql(
            """
            update webhook_endpoint
            set url = :url, description = :description, types = :types, ordered = :ordered,
                headers = case when :headersToo then :headers else headers end,
                header_names = case when :headersToo then :headerNames else header_names end,
                updated_at = now()
            where id = :id and tenant = :tenant and state <> 'removed'
            returning
            """
                + COLUMNS)
        .param("id", id)
        .param("tenant", tenant)
        .param("headersToo", headersToo)
        .params(columns(tenant, id, wanted))
        .query(EndpointStore::endpoint)
        .optional();
  }

  /** Replaces the secret; the one before signs as well for {@code overlap}. */
  public Optional<Endpoint> rotate(UUID id, String tenant, SigningSecret secret, Duration overlap) {
    return jdbc.sql(
            """
            update webhook_endpoint
            set old_secret = secret, old_secret_until = now() + :overlapMs * interval '1 ms',
                secret = :secret, updated_at = now()
            where id = :id and tenant = :tenant and state <> 'removed'
            returning
            """
                + COLUMNS)
        .param("id", id)
        .param("tenant", tenant)
        .param("overlapMs", overlap.toMillis())
        .param("secret", sealed(tenant, id, secret))
        .query(EndpointStore::endpoint)
        .optional();
  }

  /**
   * What a change of an endpoint's state came to.
   *
   * @param touched deliveries that may run now
   */
  public record Moved(Endpoint endpoint, List<Touched> touched) {}

  /** Lets an active endpoint's deliveries wait. */
  public Optional<Moved> pause(UUID id, String tenant, String reason) {
    return db.transactions()
        .execute(
            status -> {
              var paused = move(id, tenant, State.PAUSED, reason, State.ACTIVE, State.PAUSED);
              paused.ifPresent(
                  endpoint -> gates.pause(GateStore.Scope.KEY, gate(endpoint), reason));
              return paused.map(endpoint -> new Moved(endpoint, List.of()));
            });
  }

  /** Lets a paused or disabled endpoint be told again; what waited goes out. */
  public Optional<Moved> resume(UUID id, String tenant) {
    return opened(move(id, tenant, State.ACTIVE, null, State.PAUSED, State.DISABLED, State.ACTIVE));
  }

  /** Removes an endpoint and its secrets; what was on its way to it is cancelled. */
  public Optional<Moved> remove(UUID id, String tenant) {
    return opened(
        move(id, tenant, State.REMOVED, null, State.ACTIVE, State.PAUSED, State.DISABLED));
  }

  /** The gate opens after the state is written: who passes it looks at the state. */
  private Optional<Moved> opened(Optional<Endpoint> moved) {
    return moved.map(
        endpoint -> new Moved(endpoint, gates.resume(GateStore.Scope.KEY, gate(endpoint))));
  }

  private static String gate(Endpoint endpoint) {
    return endpoint.tenant() + "/" + Deliveries.gate(endpoint.id());
  }

  private Optional<Endpoint> move(
      UUID id, String tenant, State to, @Nullable String reason, State... from) {
    var states = new ArrayList<String>();
    for (var state : from) {
      states.add(state.text());
    }
    return jdbc.sql(
            """
            update webhook_endpoint
            set state = :to, reason = :reason, updated_at = now(),
                failing_since = case when :to = 'active' and state <> 'active' then null
                    else failing_since end,
                headers = case when :to <> 'removed' then headers end,
                secret = case when :to <> 'removed' then secret else '' end,
                old_secret = case when :to <> 'removed' then old_secret end,
                old_secret_until = case when :to <> 'removed' then old_secret_until end
            where id = :id and tenant = :tenant and state = any(:from)
            returning
            """
                + COLUMNS)
        .param("to", to.text())
        .param("reason", reason)
        .param("id", id)
        .param("tenant", tenant)
        .param("from", states.toArray(String[]::new))
        .query(EndpointStore::endpoint)
        .optional();
  }

  static Endpoint endpoint(ResultSet row, int n) throws SQLException {
    return new Endpoint(
        row.getObject("id", UUID.class),
        row.getString("tenant"),
        row.getString("url"),
        row.getString("description"),
        List.of((String[]) row.getArray("types").getArray()),
        row.getBoolean("ordered"),
        State.of(row.getString("state")),
        row.getString("reason"),
        List.of((String[]) row.getArray("header_names").getArray()),
        Times.instantOrNull(row, "old_secret_until"),
        Times.instantOrNull(row, "failing_since"),
        Times.instant(row, "created_at"),
        Times.instant(row, "updated_at"));
  }
}
