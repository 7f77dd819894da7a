package dev.offstage.worker.integration.push.provider;

import dev.offstage.secret.Secret;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a provider knows an app by.
 *
 * @param id another one for each new secret
 * @param account whose quota counts: FCM's project, APNs' app
 * @param secret JSON, as it was stored at registration
 * @param fault why the provider refused it last; null if it did not
 */
public record Credential(
    UUID id,
    String tenant,
    String provider,
    String app,
    boolean sandbox,
    String account,
    Secret secret,
    @Nullable String fault) {}
