package dev.offstage.event;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * Where events come from: who shares a source shares message ids.
 *
 * @param writeKey the key's id, never its text
 */
public record EventSource(String tenant, String app, UUID writeKey) {

  /** The id of every copy of a message. */
  public UUID idOf(String messageId) {
    return name("event", messageId);
  }

  /** The id of every copy of a message that was refused; another than if it is accepted once. */
  public UUID rejectOf(String messageId) {
    return name("reject", messageId);
  }

  // Lengths, so that no two triples read the same.
  private UUID name(String what, String messageId) {
    var text = what + tenant.length() + ':' + tenant + app.length() + ':' + app + messageId;
    return UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8));
  }
}
