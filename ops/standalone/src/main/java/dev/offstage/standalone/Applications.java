package dev.offstage.standalone;

import dev.offstage.boot.OffstageApplication;
import dev.offstage.ingest.IngestApplication;
import dev.offstage.scheduler.SchedulerApplication;
import dev.offstage.worker.WorkerApplication;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.context.ConfigurableApplicationContext;

/** The three applications in this JVM, as one Spring application. */
final class Applications {
  private Applications() {}

  /**
   * Starts them; whoever calls closes the context.
   *
   * @param receiver a host and port on loopback that may be called
   */
  static ConfigurableApplicationContext start(
      Options options, PrivateServers servers, Issuer issuer, String tenant, String receiver)
      throws IOException {
    var properties = new LinkedHashMap<String, String>();
    properties.put("spring.application.name", "offstage");
    properties.put("server.address", options.listen());
    properties.put("server.port", Integer.toString(options.port(Options.Port.API)));
    properties.put("management.server.address", "127.0.0.1");
    properties.put("management.server.port", Integer.toString(options.port(Options.Port.OPS)));
    properties.put("offstage.console.port", Integer.toString(options.port(Options.Port.CONSOLE)));
    properties.put("offstage.blob.directory", options.data().resolve("blobs").toString());
    // Kept, so that yesterday's URLs still open.
    properties.put(
        "offstage.urls.signing-key",
        PrivateFile.ensure(
            options.data().resolve("signing-key"), () -> randomKey(new SecureRandom())));
    var secretKeys = options.data().resolve("secret-keys");
    PrivateFile.ensure(secretKeys, () -> "local:" + randomKey(new SecureRandom()) + "\n");
    properties.put("offstage.secrets.file", secretKeys.toString());
    properties.put("offstage.outbound.allowed-hosts", allowedHosts(receiver));
    // Each application names what its own readiness needs; here that is all of it.
    properties.put(
        "management.endpoint.health.group.readiness.include", "readinessState,db,blobs,worker");
    properties.put("offstage.worker.diagnostics.enabled", "true");
    properties.put("offstage.ingest.jobs.owner-kinds", "offstage.");
    properties.put("logging.file.name", logFile(options).toString());
    properties.put("logging.threshold.console", "off");
    properties.putAll(servers.springProperties());
    properties.putAll(issuer.springProperties(tenant));
    return OffstageApplication.of(
            IngestApplication.class, WorkerApplication.class, SchedulerApplication.class)
        .registerShutdownHook(false) // they must end before the servers that they use
        .run(arguments(properties));
  }

  /** Its own receiver, and those that whoever starts it names. */
  private static String allowedHosts(String receiver) {
    var more = System.getenv("OFFSTAGE_OUTBOUND_ALLOWED_HOSTS");
    return more == null || more.isBlank() ? receiver : receiver + "," + more;
  }

  private static String randomKey(SecureRandom random) {
    var key = new byte[32];
    random.nextBytes(key);
    return Base64.getEncoder().encodeToString(key);
  }

  static Path logFile(Options options) {
    return options.data().resolve("offstage.log");
  }

  private static String[] arguments(Map<String, String> properties) {
    return properties.entrySet().stream()
        .map(entry -> "--%s=%s".formatted(entry.getKey(), entry.getValue()))
        .toArray(String[]::new);
  }
}
