package dev.offstage.worker.integration.email;

import jakarta.mail.MessagingException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.eclipse.angus.mail.smtp.SMTPSenderFailedException;
import org.springframework.mail.MailException;
import org.springframework.mail.MailSendException;

/**
 * What the server said (RFC 5321, section 4.2.1): 4xx is for now, 5xx is for good.
 *
 * @param code 0 if it said nothing
 */
record SmtpFailure(int code, String message) {
  private static final int PERMANENT = 500;

  static SmtpFailure of(MailException thrown) {
    var said = new ArrayList<SmtpFailure>();
    for (var cause : causes(thrown)) {
      switch (cause) {
        case SMTPAddressFailedException e ->
            said.add(new SmtpFailure(e.getReturnCode(), e.getAddress() + ": " + e.getMessage()));
        case SMTPSenderFailedException e ->
            said.add(new SmtpFailure(e.getReturnCode(), String.valueOf(e.getMessage())));
        case SMTPSendFailedException e ->
            said.add(new SmtpFailure(e.getReturnCode(), String.valueOf(e.getMessage())));
        default -> {}
      }
    }
    // One recipient who is refused for good is enough: the message goes to all or to nobody.
    return said.stream()
        .max(java.util.Comparator.comparingInt(SmtpFailure::code))
        .orElseGet(() -> new SmtpFailure(0, String.valueOf(thrown.getMessage())));
  }

  /** Jakarta Mail chains what it found in one way, Spring in another. */
  private static List<Throwable> causes(MailException thrown) {
    var seen = Collections.newSetFromMap(new IdentityHashMap<Throwable, Boolean>());
    var all = new ArrayList<Throwable>();
    var next = new ArrayDeque<Throwable>(List.of(thrown));
    while (!next.isEmpty()) {
      var each = next.remove();
      if (!seen.add(each)) {
        continue;
      }
      all.add(each);
      if (each.getCause() != null) {
        next.add(each.getCause());
      }
      if (each instanceof MessagingException chained && chained.getNextException() != null) {
        next.add(chained.getNextException());
      }
      if (each instanceof MailSendException failed) {
        Collections.addAll(next, failed.getMessageExceptions());
      }
    }
    return all;
  }

  boolean isPermanent() {
    return code >= PERMANENT;
  }

  String reason() {
    return code <= 0 ? "smtp-unreachable" : "smtp-" + code;
  }
}
