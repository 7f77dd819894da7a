package dev.offstage.worker.integration.email;

import dev.offstage.job.JobFailure;
import dev.offstage.job.JobKind;
import dev.offstage.job.Outcome;
import dev.offstage.worker.handler.JobContext;
import dev.offstage.worker.handler.JobHandler;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.InternetAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.mail.MailAuthenticationException;
import org.springframework.mail.MailException;
import org.springframework.mail.javamail.JavaMailSender;
import tools.jackson.databind.json.JsonMapper;

/**
 * Runs {@code email.send}. A message goes to all of its recipients or to none: a server that
 * refuses one of them is told to forget it.
 */
final class EmailHandler implements JobHandler<EmailWork> {
  private static final Logger log = LoggerFactory.getLogger(EmailHandler.class);
  private static final JobKind KIND = new JobKind("email.send");

  private final @Nullable JavaMailSender mail;
  private final EmailProperties properties;
  private final JsonMapper json;

  EmailHandler(@Nullable JavaMailSender mail, EmailProperties properties, JsonMapper json) {
    this.mail = mail;
    this.properties = properties;
    this.json = json;
  }

  /** The job's result. */
  record Result(String messageId) {}

  @Override
  public JobKind kind() {
    return KIND;
  }

  @Override
  public Class<EmailWork> payloadType() {
    return EmailWork.class;
  }

  @Override
  public Optional<String> lacks() {
    return mail == null
        ? Optional.of("no mail server is configured (expected: spring.mail.host)")
        : Optional.empty();
  }

  @Override
  public Outcome run(EmailWork work, JobContext context) throws MessagingException {
    if (mail == null) {
      throw new IllegalStateException("a worker that lacks a mail server was given e-mail");
    }
    var from = Addresses.of(work.from());
    if (!properties.allows(context.tenant(), from.getAddress())) {
      return new Outcome.Discard(
          new JobFailure(
              "from-not-allowed",
              "from: %s (expected: an address that the tenant may use)"
                  .formatted(from.getAddress())));
    }
    try {
      return send(mail, work, from, context);
    } catch (IllegalArgumentException e) {
      return new Outcome.Discard(new JobFailure("payload-invalid", String.valueOf(e.getMessage())));
    } catch (MailAuthenticationException e) {
      log.warn("The mail server refuses our credentials; jobs wait: {}", e.getMessage());
      context.log("waits: the mail server refuses our credentials");
      return new Outcome.Snooze(properties.credentialPause());
    } catch (MailException e) {
      return failed(SmtpFailure.of(e));
    }
  }

  private Outcome send(
      JavaMailSender sender, EmailWork work, InternetAddress from, JobContext context)
      throws MessagingException {
    var message = sender.createMimeMessage();
    Letter.write(message, work, from, context.idempotencyKey());
    sender.send(message);
    return new Outcome.Complete(json.writeValueAsString(new Result(message.getMessageID())));
  }

  private static Outcome failed(SmtpFailure failure) {
    var said = new JobFailure(failure.reason(), failure.message());
    return failure.isPermanent() ? new Outcome.Discard(said) : new Outcome.Retry(said, null);
  }
}
