package dev.offstage.onward;

import dev.offstage.onward.EventDestination.Webhook;
import dev.offstage.secret.Secret;
import dev.offstage.secret.SecretPlace;
import dev.offstage.secret.Secrets;
import dev.offstage.store.Db;
import dev.offstage.webhook.SealedHeaders;
import dev.offstage.webhook.SigningSecret;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Destinations that are webhooks: what is secret of them is sealed here. */
public final class OnwardWebhooks {
  private final Db db;
  private final Secrets secrets;

  private OnwardWebhooks(Db db, Secrets secrets) {
    this.db = db;
    this.secrets = secrets;
  }

  public static OnwardWebhooks over(Db db, Secrets secrets) {
    return new OnwardWebhooks(db, secrets);
  }

  /**
   * What a tenant says of one.
   *
   * @param headers sent with each call, beside those of Standard Webhooks
   */
  public record Wanted(String name, String url, Map<String, String> headers, EventFilter filter) {}

  /**
   * Makes a destination, from now on: it gets what is written after this.
   *
   * @return empty if the tenant has {@code most} of them
   * @throws dev.offstage.secret.SecretsUnavailableException if there is no key to seal with
   */
  public Optional<EventDestination> create(
      String tenant, Wanted wanted, SigningSecret secret, int most) {
    var id = UUID.randomUUID();
    var way = new Webhook(wanted.url(), List.copyOf(wanted.headers().keySet()), null);
    var sealed =
        new OnwardStore.Sealed(
            SealedHeaders.seal(secrets, place(tenant, "headers", id), wanted.headers()),
            sealed(tenant, id, secret));
    return OnwardStore.over(db)
        .insert(id, tenant, wanted.name(), way, sealed, wanted.filter(), most);
  }

  /** Replaces the secret; the one before signs as well for {@code overlap}. */
  public Optional<EventDestination> rotate(
      String tenant, UUID id, SigningSecret secret, Duration overlap) {
    return db.jdbc()
        .sql(
            """
            update event_destination
            set old_secret = secret, old_secret_until = now() + :overlapMs * interval '1 ms',
                secret = :secret
            where tenant = :tenant and id = :id and url is not null
            returning *
            """)
        .param("tenant", tenant)
        .param("id", id)
        .param("overlapMs", overlap.toMillis())
        .param("secret", sealed(tenant, id, secret))
        .query(OnwardStore::destination)
        .optional();
  }

  /**
   * What its calls need, in the clear.
   *
   * @param secrets the newest first
   */
  public record Opened(Map<String, String> headers, List<SigningSecret> secrets) {}

  private record Stored(@Nullable String headers, String secret, @Nullable String oldSecret) {}

  /**
   * Opens what is sealed of one; empty if it is gone.
   *
   * @throws dev.offstage.secret.SecretsUnavailableException if there is no key to open with
   */
  public Optional<Opened> open(EventDestination destination) {
    return db.jdbc()
        .sql(
            """
            select headers, secret,
              case when old_secret_until > now() then old_secret end as old_secret
            from event_destination where id = ? and secret is not null
            """)
        .param(destination.id())
        .query(
            (row, n) ->
                new Stored(
                    row.getString("headers"), row.getString("secret"), row.getString("old_secret")))
        .optional()
        .map(stored -> opened(destination, stored));
  }

  private Opened opened(EventDestination destination, Stored stored) {
    var signing = new ArrayList<SigningSecret>();
    signing.add(secret(destination, stored.secret()));
    if (stored.oldSecret() != null) {
      signing.add(secret(destination, stored.oldSecret()));
    }
    var place = place(destination.tenant(), "headers", destination.id());
    return new Opened(SealedHeaders.open(secrets, place, stored.headers()), List.copyOf(signing));
  }

  private SigningSecret secret(EventDestination destination, String stored) {
    var place = place(destination.tenant(), "secret", destination.id());
    return SigningSecret.of(secrets.open(place, stored).text());
  }

  private String sealed(String tenant, UUID id, SigningSecret secret) {
    return secrets.seal(place(tenant, "secret", id), Secret.of(secret.text()));
  }

  private static SecretPlace place(String tenant, String what, UUID id) {
    return new SecretPlace(tenant, "onward." + what, id.toString());
  }
}
