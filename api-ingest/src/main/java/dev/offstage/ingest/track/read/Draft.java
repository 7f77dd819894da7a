package dev.offstage.ingest.track.read;

import dev.offstage.event.JsonBytes;
import org.jspecify.annotations.Nullable;

/** One event as it was read; whether it is one at all is for {@link EventMaker} to say. */
final class Draft {
  @Nullable String type;
  @Nullable String event;
  @Nullable String name;
  @Nullable String messageId;
  @Nullable String userId;
  @Nullable String anonymousId;
  @Nullable String previousId;
  @Nullable String groupId;
  @Nullable String timestamp;
  @Nullable String originalTimestamp;
  @Nullable String sentAt;
  JsonWalk.@Nullable Seen properties;
  JsonWalk.@Nullable Seen traits;
  JsonWalk.@Nullable Seen context;
  JsonWalk.@Nullable Seen integrations;
  final Picks picks = new Picks();

  /** All of it, to be shown to operators; null where it cannot be stored. */
  @Nullable JsonBytes whole;

  @Nullable Flaw flaw;

  /** The first thing that is wrong is what is told. */
  void wrong(Flaw found) {
    if (flaw == null) {
      flaw = found;
    }
  }
}
