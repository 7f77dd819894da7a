package dev.offstage.e2e.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offstage.secret.SecretProperties;
import dev.offstage.secret.SecretRotation;
import dev.offstage.secret.Secrets;
import dev.offstage.store.Db;
import java.security.SecureRandom;
import java.util.Base64;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The key of secrets is changed while everything runs, as the operators' page says. */
class SecretKeysIT {
  private final Offstage offstage = Offstage.shared();
  private final Offstage.Tenant tenant = offstage.tenant();
  private final Receiver receiver = new Receiver();

  @AfterEach
  void close() {
    receiver.close();
  }

  private static String key(String id) {
    var bytes = new byte[32];
    new SecureRandom().nextBytes(bytes);
    return id + ":" + Base64.getEncoder().encodeToString(bytes);
  }

  private String sealedBy(JsonNode created) {
    return offstage
        .jdbc()
        .sql("select split_part(secret, '.', 2) from webhook_endpoint where id = ?::uuid")
        .param(created.path("endpoint").path("id").asString())
        .query(String.class)
        .single();
  }

  private void delivers(JsonNode created, String path) throws Exception {
    int before = receiver.at(path).size();
    tenant.tell("x.y", "{}");
    var call = receiver.await(path, before + 1).getLast();
    assertThat(Verifier.accepts(created.path("secret").asString(), call)).isTrue();
  }

  @Test
  void noDeliveryFailsAtAnyStepOfIt() throws Exception {
    var fresh = key("fresh");
    var made = tenant.endpoint(receiver.url("/made"), "x.y", "");
    assertThat(sealedBy(made)).isEqualTo("test");

    offstage.secretKeys(Offstage.KEY, fresh); // all can open it
    delivers(made, "/made");
    offstage.secretKeys(fresh, Offstage.KEY); // and now seal with it
    var later = tenant.endpoint(receiver.url("/later"), "x.y", "");
    assertThat(sealedBy(later)).isEqualTo("fresh");
    delivers(made, "/made");

    var secrets = Secrets.of(new SecretProperties(null, offstage.secretKeysFile()));
    var rotation = new SecretRotation(Db.over(offstage.bean(DataSource.class)), secrets);
    assertThat(rotation.rotate()).allSatisfy(column -> assertThat(column.unreadable()).isZero());
    assertThat(sealedBy(made)).isEqualTo("fresh");
    delivers(made, "/made");

    offstage.secretKeys(fresh); // the old one is gone
    delivers(made, "/made");
    delivers(later, "/later");
    assertThat(rotation.rotate()).allSatisfy(column -> assertThat(column.sealed()).isZero());
  }
}
