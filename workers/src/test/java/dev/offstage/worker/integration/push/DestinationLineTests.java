package dev.offstage.worker.integration.push;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offstage.secret.Secret;
import dev.offstage.worker.destination.Verdict;
import dev.offstage.worker.integration.push.provider.Credential;
import dev.offstage.worker.integration.push.provider.Sending;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class DestinationLineTests {
  private static final Sending SENT = new Sending.Sent();
  private static final Sending DEAD = new Sending.Dead("UNREGISTERED", null);
  private static final Sending AWAY = new Sending.Later("UNAVAILABLE", null, false);
  private static final Sending FAULTY = new Sending.Faulty("InvalidProviderToken");

  private static Verdict verdict(Sending... sendings) {
    var device =
        new Device(
            UUID.randomUUID(),
            "ios",
            "apns",
            "com.example.app",
            false,
            "t",
            null,
            null,
            OffsetDateTime.MIN);
    var credential =
        new Credential(UUID.randomUUID(), "acme", "apns", "a", false, "a", Secret.of("{}"), null);
    return DestinationLine.verdict(
        Arrays.stream(sendings)
            .map(each -> new Batch.Answer(new Batch.Addressed(device, credential), each))
            .toList());
  }

  @Test
  void providerThatTakesSomeWorks() {
    assertThat(verdict(SENT, DEAD)).isEqualTo(Verdict.HEALTHY);
    assertThat(verdict(DEAD, DEAD)).isEqualTo(Verdict.HEALTHY);
    assertThat(verdict(SENT, AWAY)).isEqualTo(Verdict.HEALTHY);
    assertThat(verdict(SENT, FAULTY)).isEqualTo(Verdict.HEALTHY);
  }

  @Test
  void providerThatTakesNoneDoesNot() {
    assertThat(verdict(AWAY, AWAY)).isEqualTo(new Verdict.Unhealthy("UNAVAILABLE"));
  }

  @Test
  void spentQuotaAndARefusedCredentialShutIt() {
    var spent = new Sending.Later("QUOTA_EXCEEDED", Duration.ofSeconds(90), true);
    assertThat(verdict(SENT, spent))
        .isEqualTo(new Verdict.SlowDown(Duration.ofSeconds(90), "QUOTA_EXCEEDED"));
    assertThat(verdict(FAULTY, FAULTY))
        .isEqualTo(
            new Verdict.SlowDown(
                Duration.ofMinutes(5), "refuses the credential: InvalidProviderToken"));
  }

  @Test
  void busyDeviceIsNotTheProvidersBusiness() {
    assertThat(verdict(new Sending.Later("TooManyRequests", null, true)))
        .isEqualTo(Verdict.HEALTHY);
  }
}
