package dev.offstage.event;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.UUID;

/** What tombstones remember people by; the same as the SQL function {@code event_subject}. */
public final class Subjects {
  private Subjects() {}

  public static UUID user(String tenant, String id) {
    return subject(tenant, "user", id);
  }

  public static UUID anonymous(String tenant, String id) {
    return subject(tenant, "anonymous", id);
  }

  /** Whom an event is about: its user if it says so, else whoever is behind its anonymous id. */
  public static List<UUID> of(Event event) {
    var tenant = event.source().tenant();
    var who = event.who();
    if (who.userId() == null) {
      return List.of(anonymous(tenant, String.valueOf(who.anonymousId())));
    }
    var user = user(tenant, who.userId());
    return who.previousId() == null ? List.of(user) : List.of(user, user(tenant, who.previousId()));
  }

  private static UUID subject(String tenant, String kind, String id) {
    try {
      // Characters, as PostgreSQL counts them.
      var text = tenant.codePointCount(0, tenant.length()) + ":" + tenant + kind + ":" + id;
      var hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      var bytes = ByteBuffer.wrap(hash);
      return new UUID(bytes.getLong(), bytes.getLong());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
