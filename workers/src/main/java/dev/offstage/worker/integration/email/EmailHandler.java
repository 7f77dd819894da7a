package dev.offstage.worker.integration.email;

import dev.offstage.job.JobFailure;
import dev.offstage.job.JobKind;
import dev.offstage.job.Outcome;
import dev.offstage.worker.destination.Called;
import dev.offstage.worker.destination.Verdict;
import dev.offstage.worker.destination.Work;
import dev.offstage.worker.handler.JobContext;
import dev.offstage.worker.handler.JobHandler;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.InternetAddress;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
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

  /** Nobody there, or one who closes (RFC 5321, section 3.8). */
  private static final Set<String> SHUT = Set.of("smtp-unreachable", "smtp-421");

  private final @Nullable JavaMailSender mail;
  private final Server server;
  private final EmailProperties properties;
  private final JsonMapper json;

  EmailHandler(
      @Nullable JavaMailSender mail, Server server, EmailProperties properties, JsonMapper json) {
    this.mail = mail;
    this.server = server;
    this.properties = properties;
    this.json = json;
  }

  /** The way to the mail server: whether it may be called now. */
  interface Server {
    Called<Outcome> call(
        JobContext context, Work<Outcome> work, Function<Outcome, Verdict> classify)
        throws Exception;
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
  public Outcome run(EmailWork work, JobContext context) throws Exception {
    var from = Addresses.of(work.from());
    if (!properties.allows(context.tenant(), from.getAddress())) {
      return new Outcome.Discard(
          new JobFailure(
              "from-not-allowed",
              "from: %s (expected: an address that the tenant may use)"
                  .formatted(from.getAddress())));
    }
    var id = context.idempotencyKey();
    try {
      return switch (server.call(context, limit -> send(work, from, id), this::verdict)) {
        case Called.Answered<Outcome>(var outcome) -> outcome;
        case Called.NotNow<Outcome>(var outcome, var why) -> outcome;
      };
    } catch (TimeoutException e) {
      return new Outcome.Retry(new JobFailure("smtp-timeout", "the server was too slow"), null);
    }
  }

  /** On a thread of its own. */
  private Outcome send(EmailWork work, InternetAddress from, String id) throws MessagingException {
    if (mail == null) {
      throw new IllegalStateException("a worker that lacks a mail server was given e-mail");
    }
    var message = mail.createMimeMessage();
    try {
      Letter.write(message, work, from, id);
      mail.send(message);
      return new Outcome.Complete(json.writeValueAsString(new Result(message.getMessageID())));
    } catch (IllegalArgumentException e) {
      return new Outcome.Discard(new JobFailure("payload-invalid", String.valueOf(e.getMessage())));
    } catch (MailAuthenticationException e) {
      log.warn("The mail server refuses our credentials; jobs wait: {}", e.getMessage());
      return new Outcome.Snooze(properties.credentialPause());
    } catch (MailException e) {
      return failed(SmtpFailure.of(e));
    }
  }

  private static Outcome failed(SmtpFailure failure) {
    var said = new JobFailure(failure.reason(), failure.message());
    return failure.isPermanent() ? new Outcome.Discard(said) : new Outcome.Retry(said, null);
  }

  /** A server that refuses a message, or puts one off, works. */
  private Verdict verdict(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Snooze snooze -> new Verdict.SlowDown(snooze.delay(), "refuses our credentials");
      case Outcome.Retry(var failure, var delay) when SHUT.contains(failure.reason()) ->
          new Verdict.Unhealthy(failure.message());
      default -> Verdict.HEALTHY;
    };
  }
}
