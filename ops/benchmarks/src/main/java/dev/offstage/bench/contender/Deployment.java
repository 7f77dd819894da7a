package dev.offstage.bench.contender;

import dev.offstage.bench.agent.OffstageIngest;
import dev.offstage.servers.Servers;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Servers of their own for applications of ours, and how those are started.
 *
 * @param properties of every application
 * @param database theirs, to look into and to change
 */
public record Deployment(Workplace place, Map<String, String> properties, Database database) {

  /**
   * @param given properties that win over all others
   */
  public static Deployment create(Workplace place, Map<String, String> given) throws SQLException {
    var properties = new LinkedHashMap<>(Servers.shared().springProperties(true, true));
    var url = properties.getOrDefault("spring.datasource.url", "");
    properties.put("server.port", "0");
    properties.put("offstage.console.port", "0");
    properties.put("server.address", "127.0.0.1");
    properties.put("management.server.port", "-1");
    properties.put("offstage.urls.signing-key", Base64.getEncoder().encodeToString(new byte[32]));
    properties.put("offstage.blob.directory", place.directory().resolve("blobs").toString());
    properties.putAll(given);
    return new Deployment(place, properties, new Database(url));
  }

  /** Starts an application; returns once it serves. */
  Jvm start(String role, Class<?> main) throws IOException {
    var arguments =
        properties.entrySet().stream()
            .map(property -> "--" + property.getKey() + "=" + property.getValue())
            .toList();
    return Jvm.start(place, "Offstage " + role, main, arguments);
  }

  /** Starts the ingest API, which answers "port" and "key TENANT". */
  public Jvm startIngest() throws IOException {
    return start("ingest", OffstageIngest.class);
  }

  String rabbit() {
    return properties.getOrDefault("spring.rabbitmq.addresses", "");
  }
}
