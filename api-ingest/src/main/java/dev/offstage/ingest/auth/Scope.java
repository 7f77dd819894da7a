package dev.offstage.ingest.auth;

import java.util.Arrays;
import java.util.Optional;

/** What a caller may do. */
public enum Scope {
  UPLOADS_WRITE("uploads:write"),
  ASSETS_READ("assets:read"),
  ASSETS_WRITE("assets:write"),
  JOBS_READ("jobs:read"),
  JOBS_WRITE("jobs:write"),
  WEBHOOKS_READ("webhooks:read"),
  /** Also the targets of calls, and what is told of one's own. */
  WEBHOOKS_WRITE("webhooks:write"),
  DEVICES_READ("devices:read"),
  DEVICES_WRITE("devices:write"),
  /** Providers' credentials, and lists of whom to send to: for servers. */
  PUSH_WRITE("push:write"),
  /** Write keys, which ship inside apps, have this one only. */
  EVENTS_WRITE("events:write"),
  /** Asking about events. */
  EVENTS_READ("events:read"),
  /** Saying what events should look like, and sending rejects again. */
  EVENTS_MANAGE("events:manage"),
  /** Having everything of a user forgotten. */
  EVENTS_ERASE("events:erase");

  private final String text;

  Scope(String text) {
    this.text = text;
  }

  /** As keys, tokens and the documentation spell it. */
  public String text() {
    return text;
  }

  /** Spring Security's name for it. */
  public String authority() {
    return "SCOPE_" + text;
  }

  public static Optional<Scope> of(String text) {
    return Arrays.stream(values()).filter(scope -> scope.text.equals(text)).findFirst();
  }
}
