package dev.offstage.worker.integration.push;

import dev.offstage.secret.SecretPlace;
import dev.offstage.secret.Secrets;
import dev.offstage.worker.integration.push.provider.Credential;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What providers know tenants' apps by, opened for sending. */
final class Credentials {
  private static final Logger log = LoggerFactory.getLogger(Credentials.class);
  private static final String PURPOSE = "push.credential";

  private final JdbcClient jdbc;
  private final Secrets secrets;
  private final MeterRegistry meters;

  Credentials(JdbcClient jdbc, Secrets secrets, MeterRegistry meters) {
    this.jdbc = jdbc;
    this.secrets = secrets;
    this.meters = meters;
  }

  Optional<Credential> find(String tenant, Device device) {
    return jdbc.sql(
            """
            select id, secret, fault, facts ->> 'projectId' as project from push_credential
            where tenant = ? and provider = ? and app = ? and sandbox = ?
            """)
        .params(tenant, device.provider(), device.app(), device.sandbox())
        .query(
            (row, n) -> {
              var id = row.getObject("id", UUID.class);
              var place = new SecretPlace(tenant, PURPOSE, id.toString());
              return new Credential(
                  id,
                  tenant,
                  device.provider(),
                  device.app(),
                  device.sandbox(),
                  row.getString("project") == null ? device.app() : row.getString("project"),
                  secrets.open(place, row.getString("secret")),
                  row.getString("fault"));
            })
        .optional();
  }

  /** Tells the operator: in the log, in a metric, and where credentials are listed. */
  void refused(Credential credential, String why) {
    log.warn(
        "{} refuses the credential of {}{} of the tenant {}: {}; its jobs wait",
        credential.provider(),
        credential.app(),
        credential.sandbox() ? " (sandbox)" : "",
        credential.tenant(),
        why);
    meters
        .counter("offstage.push.credential.refusals", "provider", credential.provider())
        .increment();
    jdbc.sql("update push_credential set fault = ?, fault_at = now() where id = ?")
        .params(why, credential.id())
        .update();
  }

  /** A credential that had been refused is taken again. */
  void accepted(Credential credential) {
    if (credential.fault() != null) {
      jdbc.sql("update push_credential set fault = null, fault_at = null where id = ?")
          .param(credential.id())
          .update();
    }
  }
}
