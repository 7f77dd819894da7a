package dev.offstage.queue;

import dev.offstage.job.JobId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Says that a job may be claimed. A message carries one or more of one pool, a line each: {@code id
 * claimNo traceparent}, or {@code -} for no trace.
 *
 * @param claimNo the job's when the ticket was written; once it has passed, the ticket claims
 *     nothing
 * @param traceparent W3C trace context of whoever enqueued
 */
public record Ticket(JobId id, int claimNo, @Nullable String traceparent) {
  /** As much as a message may carry. */
  static final int MAX_BYTES = 1 << 20;

  private static final Pattern LINE = Pattern.compile("(\\S{36}) (\\d{1,9}) (\\S{1,100})");

  /** The message of some tickets. */
  public static byte[] encode(List<Ticket> tickets) {
    var text = new StringBuilder(tickets.size() * 100);
    for (var ticket : tickets) {
      text.append(ticket.id).append(' ').append(ticket.claimNo).append(' ');
      text.append(ticket.traceparent == null ? "-" : ticket.traceparent).append('\n');
    }
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * The tickets of a message.
   *
   * @throws IllegalArgumentException if it is none of ours, saying what was wrong
   */
  public static List<Ticket> decode(byte[] message) {
    if (message.length == 0 || message.length > MAX_BYTES) {
      throw new IllegalArgumentException("a ticket of " + message.length + " bytes");
    }
    return new String(message, StandardCharsets.US_ASCII).lines().map(Ticket::line).toList();
  }

  private static Ticket line(String line) {
    var matcher = LINE.matcher(line);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("not a ticket: " + line);
    }
    var trace = matcher.group(3);
    return new Ticket(
        JobId.of(matcher.group(1)),
        Integer.parseInt(matcher.group(2)),
        trace.equals("-") ? null : trace);
  }
}
