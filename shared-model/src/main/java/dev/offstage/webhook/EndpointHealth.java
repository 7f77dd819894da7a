package dev.offstage.webhook;

import dev.offstage.secret.Secrets;
import dev.offstage.store.Db;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Endpoints as deliveries see them: what a call needs, and how calls have gone. */
@Repository
public class EndpointHealth {
  private final JdbcClient jdbc;
  private final Secrets secrets;
  private final MarkStore marks;

  EndpointHealth(Db db, Secrets secrets, MarkStore marks) {
    this.jdbc = db.jdbc();
    this.secrets = secrets;
    this.marks = marks;
  }

  /**
   * What a call of an endpoint needs, in the clear.
   *
   * @param secrets the newest first
   */
  public record Target(
      Endpoint endpoint, Map<String, String> headers, List<SigningSecret> secrets) {}

  private record Sealed(
      Endpoint endpoint, @Nullable String headers, String secret, @Nullable String oldSecret) {}

  /**
   * An endpoint, whatever its state; empty if it was removed.
   *
   * @throws dev.offstage.secret.SecretsUnavailableException if there is no key to open with
   * @throws dev.offstage.secret.SecretUnreadableException if it is another
   */
  public Optional<Target> target(UUID id, String tenant) {
    return jdbc.sql(
            "select "
                + EndpointStore.COLUMNS
                + """
                , headers, secret, case when old_secret_until > now() then old_secret end as old_secret
                from webhook_endpoint where id = :id and tenant = :tenant and state <> 'removed'
                """)
        .param("id", id)
        .param("tenant", tenant)
        .query(
            (row, n) ->
                new Sealed(
                    EndpointStore.endpoint(row, n),
                    row.getString("headers"),
                    row.getString("secret"),
                    row.getString("old_secret")))
        .optional()
        .map(this::opened);
  }

  private Target opened(Sealed stored) {
    var endpoint = stored.endpoint();
    var signing = new ArrayList<SigningSecret>();
    signing.add(secret(endpoint, stored.secret()));
    if (stored.oldSecret() != null) {
      signing.add(secret(endpoint, stored.oldSecret()));
    }
    var place = EndpointStore.headersPlace(endpoint.tenant(), endpoint.id());
    return new Target(
        endpoint, SealedHeaders.open(secrets, place, stored.headers()), List.copyOf(signing));
  }

  private SigningSecret secret(Endpoint endpoint, String stored) {
    var place = EndpointStore.secretPlace(endpoint.tenant(), endpoint.id());
    return SigningSecret.of(secrets.open(place, stored).text());
  }

  /** Notes a success: failures are counted anew. Writes only where there were any. */
  public void succeeded(UUID id) {
    jdbc.sql(
            """
            update webhook_endpoint set failing_since = null
            where id = :id and failing_since is not null
            """)
        .param("id", id)
        .update();
  }

  /**
   * Notes a failure, and disables the endpoint if there was nothing else for {@code patience}. The
   * tenant's other endpoints are told in the same transaction, which is the caller's.
   *
   * @return whether this call has disabled it
   */
  public boolean failed(Endpoint endpoint, Duration patience) {
    jdbc.sql(
            """
            update webhook_endpoint set failing_since = now()
            where id = :id and failing_since is null
            """)
        .param("id", endpoint.id())
        .update();
    var reason = "nothing but failures for " + patience;
    return jdbc.sql(
                    """
                    update webhook_endpoint set state = 'disabled', reason = :reason, updated_at = now()
                    where id = :id and state = 'active'
                      and failing_since <= now() - :patienceMs * interval '1 ms'
                    """)
                .param("reason", reason)
                .param("id", endpoint.id())
                .param("patienceMs", patience.toMillis())
                .update()
            == 1
        && told(endpoint, reason);
  }

  /** Disables an endpoint that said it is gone, likewise. */
  public boolean gone(Endpoint endpoint) {
    var reason = "it answered 410 Gone";
    return jdbc.sql(
                    """
                    update webhook_endpoint set state = 'disabled', reason = :reason, updated_at = now()
                    where id = :id and state in ('active', 'paused')
                    """)
                .param("reason", reason)
                .param("id", endpoint.id())
                .update()
            == 1
        && told(endpoint, reason);
  }

  private boolean told(Endpoint endpoint, String reason) {
    marks.tell(
        endpoint.tenant(),
        EventTypes.ENDPOINT_DISABLED,
        null,
        "{\"endpoint\":\"%s\",\"reason\":\"%s\"}".formatted(endpoint.id(), reason));
    return true;
  }
}
