package dev.offstage.ingest.upload;

import dev.offstage.boot.OffstageApplication;
import dev.offstage.ingest.IngestApplication;
import dev.offstage.ingest.auth.ApiKeys;
import dev.offstage.ingest.auth.Scope;
import dev.offstage.ingest.auth.Tenants;
import dev.offstage.ingest.auth.TestIssuer;
import dev.offstage.servers.Servers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** An ingest application on a port and a database of its own, with two tenants. */
final class TestIngest implements AutoCloseable {
  private final ConfigurableApplicationContext context;
  private final TestIssuer issuer = new TestIssuer("https://issuer.example");
  final Path blobs;
  final RawHttp http;
  final int port;

  /** Bearer headers: two users of one tenant, its server, and another tenant's server. */
  final String anna;

  final String otto;
  final String server;
  final String stranger;

  TestIngest(Map<String, String> properties) throws IOException {
    blobs = Files.createTempDirectory("blobs");
    var all = new LinkedHashMap<>(Servers.shared().springProperties(false, false));
    all.put("server.port", "0");
    all.put("management.server.port", "0");
    all.put("offstage.urls.signing-key", Base64.getEncoder().encodeToString(new byte[32]));
    all.put("server.address", "127.0.0.1");
    all.put("offstage.blob.directory", blobs.toString());
    all.put("offstage.auth.issuers[0].issuer", issuer.name());
    all.put("offstage.auth.issuers[0].jwks", issuer.jwks());
    all.put("offstage.auth.issuers[0].audiences", TestIssuer.AUDIENCE);
    all.put("offstage.auth.issuers[0].tenant", "acme");
    all.putAll(properties);
    var arguments = new ArrayList<String>();
    all.forEach((name, value) -> arguments.add("--" + name + "=" + value));
    context = OffstageApplication.of(IngestApplication.class).run(arguments.toArray(String[]::new));
    port = Integer.parseInt(context.getEnvironment().getRequiredProperty("local.server.port"));
    http = new RawHttp(port);
    context.getBean(Tenants.class).ensure("acme", "Acme");
    context.getBean(Tenants.class).ensure("umbrella", "Umbrella");
    anna = "Authorization: Bearer " + issuer.token("anna");
    otto = "Authorization: Bearer " + issuer.token("otto");
    server = "Authorization: Bearer " + key("acme", Scope.UPLOADS_WRITE);
    stranger = "Authorization: Bearer " + key("umbrella", Scope.UPLOADS_WRITE);
  }

  String key(String tenant, Scope scope) {
    return context.getBean(ApiKeys.class).issue(tenant, "test", EnumSet.of(scope)).text();
  }

  String expiredToken() {
    return "Authorization: Bearer "
        + issuer.token("anna", claims -> claims.expirationTime(Date.from(Instant.EPOCH)));
  }

  <T> T bean(Class<T> type) {
    return context.getBean(type);
  }

  JdbcClient jdbc() {
    return bean(JdbcClient.class);
  }

  Path blobOf(UUID upload) {
    return blobs.resolve("upload").resolve(upload.toString());
  }

  static UUID id(RawHttp.Answer created) {
    return UUID.fromString(created.path().replaceFirst(".*/", ""));
  }

  @Override
  public void close() {
    context.close();
  }
}
