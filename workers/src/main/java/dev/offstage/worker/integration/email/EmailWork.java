package dev.offstage.worker.integration.email;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The payload of {@code email.send}.
 *
 * @param from one of those that the tenant may use; may have a name: {@code Acme <a@acme.example>}
 * @param to and {@code cc} and {@code bcc}: at least one, and at most {@value #MAX_RECIPIENTS}
 *     together
 * @param subject may name variables, as text and html may: {@code Hello {{name}}}
 * @param html variables are escaped in it
 * @param variables that fill them
 */
record EmailWork(
    String from,
    @Nullable List<String> to,
    @Nullable List<String> cc,
    @Nullable List<String> bcc,
    @Nullable String replyTo,
    String subject,
    @Nullable String text,
    @Nullable String html,
    @Nullable Map<String, String> variables) {
  private static final int MAX_RECIPIENTS = 50;

  /**
   * @throws IllegalArgumentException naming the field, its value and what was expected
   */
  EmailWork {
    to = to == null ? List.of() : List.copyOf(to);
    cc = cc == null ? List.of() : List.copyOf(cc);
    bcc = bcc == null ? List.of() : List.copyOf(bcc);
    variables = variables == null ? Map.of() : Map.copyOf(variables);
    int recipients = to.size() + cc.size() + bcc.size();
    require(from != null && !from.isBlank(), "from", from, "an address");
    require(subject != null && !subject.isBlank(), "subject", subject, "a text");
    require(text != null || html != null, "text", null, "a text, html, or both");
    require(
        recipients >= 1 && recipients <= MAX_RECIPIENTS,
        "to, cc and bcc",
        recipients + " recipients",
        "1 to " + MAX_RECIPIENTS);
    Stream.of(to, cc, bcc).flatMap(List::stream).forEach(Addresses::of);
    Addresses.of(from);
    if (replyTo != null) {
      Addresses.of(replyTo);
    }
  }

  private static void require(
      boolean holds, String field, @Nullable Object value, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(field + ": " + value + " (expected: " + expected + ")");
    }
  }
}
