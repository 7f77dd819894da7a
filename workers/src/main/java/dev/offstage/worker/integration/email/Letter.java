package dev.offstage.worker.integration.email;

import dev.offstage.worker.integration.template.Template;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.util.Map;
import java.util.Objects;
import org.springframework.mail.javamail.MimeMessageHelper;
import org.springframework.web.util.HtmlUtils;

/** Writes what an {@link EmailWork} says into a message. */
final class Letter {
  private static final int MAX_SUBJECT = 500;

  private Letter() {}

  /**
   * @param id the same for each attempt: whoever receives it twice can tell
   * @throws IllegalArgumentException naming what of {@code work} cannot be sent
   */
  static void write(MimeMessage message, EmailWork work, InternetAddress from, String id)
      throws MessagingException {
    var variables = Objects.requireNonNull(work.variables());
    boolean both = work.text() != null && work.html() != null;
    var letter = new MimeMessageHelper(message, both, "UTF-8");
    letter.setFrom(from);
    letter.setTo(Addresses.of(Objects.requireNonNull(work.to())));
    letter.setCc(Addresses.of(Objects.requireNonNull(work.cc())));
    letter.setBcc(Addresses.of(Objects.requireNonNull(work.bcc())));
    if (work.replyTo() != null) {
      letter.setReplyTo(Addresses.of(work.replyTo()));
    }
    letter.setSubject(subject(work.subject(), variables));
    setText(letter, work, variables);
    message.setHeader("Message-ID", "<" + id + "@" + Addresses.domain(from) + ">");
    message.setHeader("Auto-Submitted", "auto-generated");
  }

  private static void setText(
      MimeMessageHelper letter, EmailWork work, Map<String, String> variables)
      throws MessagingException {
    var text =
        work.text() == null ? null : Template.fill(work.text(), variables, Template.Escape.NONE);
    var html =
        work.html() == null
            ? null
            : Template.fill(work.html(), variables, value -> HtmlUtils.htmlEscape(value, "UTF-8"));
    if (text != null && html != null) {
      letter.setText(text, html);
    } else if (html != null) {
      letter.setText(html, true);
    } else {
      letter.setText(Objects.requireNonNull(text));
    }
  }

  /** A line's end in it would begin a header. */
  private static String subject(String template, Map<String, String> variables) {
    var subject = Template.fill(template, variables, Template.Escape.NONE);
    if (subject.length() > MAX_SUBJECT || subject.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "subject: %d characters (expected: at most %d, none of them a control character)"
              .formatted(subject.length(), MAX_SUBJECT));
    }
    return subject;
  }
}
