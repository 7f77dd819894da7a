package dev.offstage.worker.integration.push.apns;

import com.eatthepath.pushy.apns.ApnsClient;
import com.eatthepath.pushy.apns.ApnsClientBuilder;
import com.eatthepath.pushy.apns.auth.ApnsSigningKey;
import dev.offstage.worker.integration.push.provider.Credential;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A connection for each credential that is in use. */
final class ApnsClients implements AutoCloseable {
  private final ApnsProperties properties;
  private final JsonMapper json;

  // Pushy knows Netty's event loops by their classes, and none of those that are not deprecated.
  @SuppressWarnings("deprecation")
  private final EventLoopGroup loops = new NioEventLoopGroup(1);

  private final Map<UUID, ApnsClient> byCredential = new LinkedHashMap<>(16, 0.75f, true);

  ApnsClients(ApnsProperties properties, JsonMapper json) {
    this.properties = properties;
    this.json = json;
  }

  /** A credential's secret is not such that APNs could take it. */
  static final class UnusableException extends Exception {
    UnusableException(Exception cause) {
      super("the key of the credential cannot be used", cause);
    }
  }

  synchronized ApnsClient of(Credential credential) throws UnusableException {
    var known = byCredential.get(credential.id());
    if (known != null) {
      return known;
    }
    var client = open(credential);
    byCredential.put(credential.id(), client);
    if (byCredential.size() > properties.clients()) {
      var eldest = byCredential.entrySet().iterator();
      var gone = eldest.next().getValue();
      eldest.remove();
      var unused = gone.close(); // what it has begun to send, it sends
    }
    return client;
  }

  private ApnsClient open(Credential credential) throws UnusableException {
    try {
      var secret = json.readTree(credential.secret().bytes()); // as ingest.push stores it
      var key =
          ApnsSigningKey.loadFromInputStream(
              new ByteArrayInputStream(text(secret, "key").getBytes(StandardCharsets.UTF_8)),
              text(secret, "teamId"),
              text(secret, "keyId"));
      boolean sandbox = credential.sandbox();
      var builder =
          new ApnsClientBuilder()
              .setApnsServer(properties.host(sandbox), properties.port(sandbox))
              .setSigningKey(key)
              .setConnectionTimeout(properties.connectionTimeout())
              .setEventLoopGroup(loops);
      if (properties.trustedCertificates() != null) {
        builder.setTrustedServerCertificateChain(properties.trustedCertificates().toFile());
      }
      return builder.build();
    } catch (IOException | GeneralSecurityException | JacksonException e) {
      throw new UnusableException(e);
    }
  }

  private static String text(JsonNode secret, String name) throws GeneralSecurityException {
    var text = secret.path(name).asString("");
    if (text.isEmpty()) {
      throw new GeneralSecurityException("the credential has no " + name);
    }
    return text;
  }

  @Override
  public synchronized void close() {
    for (var client : byCredential.values()) {
      var unused = client.close();
    }
    byCredential.clear();
    var unused = loops.shutdownGracefully();
  }
}
