package dev.offstage.worker.integration.email;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetupTest;
import dev.offstage.job.JobFailure;
import dev.offstage.job.Outcome;
import dev.offstage.worker.destination.Called;
import dev.offstage.worker.destination.Verdict;
import dev.offstage.worker.destination.Work;
import dev.offstage.worker.handler.JobContext;
import dev.offstage.worker.handler.TestContext;
import jakarta.mail.Multipart;
import jakarta.mail.Part;
import jakarta.mail.internet.MimeMessage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mail.javamail.JavaMailSenderImpl;
import tools.jackson.databind.json.JsonMapper;

class EmailHandlerTests {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final EmailProperties PROPERTIES =
      new EmailProperties(
          List.of("noreply@offstage.example"),
          Map.of("acme", new EmailProperties.Sender(List.of("@acme.example"))),
          Duration.ofMinutes(5));

  private static final GreenMail SMTP = new GreenMail(ServerSetupTest.SMTP.dynamicPort());

  @BeforeEach
  void start() {
    SMTP.start();
  }

  @AfterEach
  void stop() {
    SMTP.stop();
  }

  private static @Nullable Verdict verdict;

  private static Called<Outcome> call(
      JobContext context, Work<Outcome> work, Function<Outcome, Verdict> classify)
      throws Exception {
    var outcome = work.run(Duration.ofSeconds(15));
    verdict = classify.apply(outcome);
    return new Called.Answered<>(outcome);
  }

  private static EmailHandler handler(int port, boolean login) {
    var sender = new JavaMailSenderImpl();
    sender.setHost("127.0.0.1");
    sender.setPort(port);
    if (login) {
      sender.setUsername("offstage");
      sender.setPassword("secret");
      sender.getJavaMailProperties().setProperty("mail.smtp.auth", "true");
    }
    return new EmailHandler(sender, EmailHandlerTests::call, PROPERTIES, JSON);
  }

  private static EmailHandler handler() {
    return handler(SMTP.getSmtp().getPort(), false);
  }

  private static EmailWork read(String json) {
    return JSON.readValue(json, EmailWork.class);
  }

  private static EmailWork plain(String to) {
    return read(
        """
        {"from": "shop@acme.example", "to": ["%s"], "subject": "Hi", "text": "Hello"}
        """
            .formatted(to));
  }

  private static TestContext context(String tenant) {
    return TestContext.of(TestContext.job(), tenant);
  }

  private static MimeMessage only() {
    assertThat(SMTP.getReceivedMessages()).hasSize(1);
    return SMTP.getReceivedMessages()[0];
  }

  @Test
  void messageArrivesAsTextAndHtmlWithItsVariables() throws Exception {
    var work =
        read(
            """
            {"from": "Acme Shöp <shop@acme.example>", "to": ["Ana <ana@example.com>"],
             "cc": ["bob@example.com"], "bcc": ["eve@example.com"], "replyTo": "help@acme.example",
             "subject": "Hallo {{name}} ✓", "text": "Dear {{name}}",
             "html": "<p>Dear {{name}}</p>", "variables": {"name": "Ana <b>&"}}
            """);
    var context = context("acme");
    var outcome = handler().run(work, context);

    assertThat(SMTP.getReceivedMessages()).hasSize(3);
    var message = SMTP.getReceivedMessages()[0];
    var id = "<" + context.jobId() + "@acme.example>";
    assertThat(outcome).isEqualTo(new Outcome.Complete("{\"messageId\":\"" + id + "\"}"));
    assertThat(message.getMessageID()).isEqualTo(id);
    assertThat(message.getSubject()).isEqualTo("Hallo Ana <b>& ✓");
    assertThat(message.getFrom()[0].toString()).contains("shop@acme.example");
    assertThat(message.getReplyTo()[0].toString()).isEqualTo("help@acme.example");
    assertThat(message.getHeader("Bcc")).isNull();
    assertThat(text(message, "text/plain")).isEqualTo("Dear Ana <b>&");
    assertThat(text(message, "text/html")).isEqualTo("<p>Dear Ana &lt;b&gt;&amp;</p>");
  }

  private static String text(Part part, String type) throws Exception {
    if (part.isMimeType(type)) {
      return part.getContent().toString().strip();
    }
    if (part.getContent() instanceof Multipart parts) {
      for (int i = 0; i < parts.getCount(); i++) {
        var found = text(parts.getBodyPart(i), type);
        if (!found.isEmpty()) {
          return found;
        }
      }
    }
    return "";
  }

  @Test
  void repeatHasTheMessageIdOfTheFirst() throws Exception {
    var context = context("acme");
    handler().run(plain("ana@example.com"), context);
    handler().run(plain("ana@example.com"), context);
    var all = SMTP.getReceivedMessages();
    assertThat(all).hasSize(2);
    assertThat(all[0].getMessageID()).isEqualTo(all[1].getMessageID());
  }

  @Test
  void tenantSendsOnlyAsItMay() throws Exception {
    assertThat(handler().run(plain("ana@example.com"), context("other")))
        .isEqualTo(
            new Outcome.Discard(
                new JobFailure(
                    "from-not-allowed",
                    "from: shop@acme.example (expected: an address that the tenant may use)")));
    assertThat(SMTP.getReceivedMessages()).isEmpty();
    var common =
        read(
            """
            {"from": "NoReply@offstage.example", "to": ["a@example.com"], "subject": "s",
             "text": "t"}
            """);
    assertThat(handler().run(common, context("other"))).isInstanceOf(Outcome.Complete.class);
    assertThat(only().getFrom()[0].toString()).isEqualTo("NoReply@offstage.example");
    assertThat(PROPERTIES.allows("acme", "x@evil-acme.example")).isFalse();
    assertThat(PROPERTIES.allows("acme", "x@acme.example.evil")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ana@example.com\\r\\nBcc: eve@example.com",
        "ana@example.com\\nBcc: eve@example.com",
        "\\\"ana\\r\\nBcc: x@y.z\\\" <ana@example.com>",
        "ana@example.com, eve@example.com",
        "friends: ana@example.com, eve@example.com;",
        "ana",
        "ana@",
        "@example.com",
        "ana@exa mple.com",
        ""
      })
  void whatIsNotOneAddressIsRefused(String address) {
    assertThatThrownBy(() -> plain(address)).hasMessageContaining("(expected: one address");
  }

  @Test
  void noHeaderBeginsInASubject() throws Exception {
    var template =
        """
        {"from": "shop@acme.example", "to": ["a@example.com"], "subject": "Hi %s", "text": "t",
         "variables": {"name": "x\\r\\nBcc: eve@example.com"}}
        """;
    for (var subject : List.of("{{name}}", "\\r\\nBcc: eve@example.com", "\\u0000", "{{other}}")) {
      var outcome = handler().run(read(template.formatted(subject)), context("acme"));
      assertThat(outcome).isInstanceOf(Outcome.Discard.class);
      assertThat(((Outcome.Discard) outcome).failure().reason()).isEqualTo("payload-invalid");
    }
    assertThat(SMTP.getReceivedMessages()).isEmpty();
  }

  @Test
  void recipientsAreBounded() {
    var many = JSON.writeValueAsString(java.util.Collections.nCopies(51, "a@example.com"));
    assertThatThrownBy(
            () ->
                read(
                    "{\"from\":\"shop@acme.example\",\"subject\":\"s\",\"text\":\"t\",\"bcc\":"
                        + many
                        + "}"))
        .hasMessageContaining("51 recipients (expected: 1 to 50)");
  }

  @Test
  void whatTheServerRefusesForGoodIsDiscardedAndForNowTriedAgain() throws Exception {
    try (var smtp = new ScriptedSmtp()) {
      smtp.toRecipients = "550 5.1.1 nobody here";
      var refused = handler(smtp.port(), false).run(plain("bad@example.com"), context("acme"));
      assertThat(((Outcome.Discard) refused).failure().reason()).isEqualTo("smtp-550");
      assertThat(((Outcome.Discard) refused).failure().message()).contains("bad@example.com");

      smtp.toRecipients = "451 4.7.1 greylisted";
      var later = handler(smtp.port(), false).run(plain("bad@example.com"), context("acme"));
      assertThat(((Outcome.Retry) later).failure().reason()).isEqualTo("smtp-451");

      assertThat(verdict).isEqualTo(Verdict.HEALTHY);

      smtp.toRecipients = "250 ok";
      smtp.toMessage = "554 5.7.1 spam";
      var spam = handler(smtp.port(), false).run(plain("bad@example.com"), context("acme"));
      assertThat(((Outcome.Discard) spam).failure().reason()).isEqualTo("smtp-554");

      smtp.toMessage = "452 4.3.1 disk full";
      var full = handler(smtp.port(), false).run(plain("bad@example.com"), context("acme"));
      assertThat(((Outcome.Retry) full).failure().reason()).isEqualTo("smtp-452");
    }
  }

  @Test
  void oneRefusedRecipientKeepsItFromAll() throws Exception {
    try (var smtp = new ScriptedSmtp()) {
      smtp.toRecipients = "550 5.1.1 nobody here";
      var work =
          read(
              """
              {"from": "shop@acme.example", "to": ["good@example.com", "bad@example.com"],
               "subject": "Hi", "text": "Hello"}
              """);
      assertThat(handler(smtp.port(), false).run(work, context("acme")))
          .isInstanceOf(Outcome.Discard.class);
      assertThat(smtp.delivered).hasValue(0);
    }
  }

  @Test
  void refusedCredentialsKeepTheJob() throws Exception {
    try (var smtp = new ScriptedSmtp()) {
      smtp.toLogin = "535 5.7.8 no";
      assertThat(handler(smtp.port(), true).run(plain("a@example.com"), context("acme")))
          .isEqualTo(new Outcome.Snooze(Duration.ofMinutes(5)));
      assertThat(verdict)
          .isEqualTo(new Verdict.SlowDown(Duration.ofMinutes(5), "refuses our credentials"));
    }
  }

  @Test
  void nobodyThereIsForLater() throws Exception {
    var outcome = handler(1, false).run(plain("a@example.com"), context("acme"));
    assertThat(((Outcome.Retry) outcome).failure().reason()).isEqualTo("smtp-unreachable");
    assertThat(verdict).isInstanceOf(Verdict.Unhealthy.class);
  }

  @Test
  void workerWithoutAMailServerLeavesItToOthers() {
    assertThat(
            new EmailHandler(null, EmailHandlerTests::call, PROPERTIES, JSON).lacks().orElseThrow())
        .contains("spring.mail.host");
    assertThat(handler().lacks()).isEmpty();
  }
}
