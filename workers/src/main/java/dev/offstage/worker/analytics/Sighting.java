package dev.offstage.worker.analytics;

import dev.offstage.event.Event;
import dev.offstage.event.Event.Where;
import dev.offstage.event.Event.Who;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What some events say together of somebody or something: when, how often, and the latest that is
 * known.
 */
record Sighting(Instant first, Instant last, int events, String app, Who who, Where where) {

  static Sighting of(Event event) {
    var at = event.times().occurredAt();
    return new Sighting(at, at, 1, event.source().app(), event.who(), event.where());
  }

  /** With what a later event says. */
  Sighting and(Sighting later) {
    return new Sighting(
        first.isBefore(later.first) ? first : later.first,
        last.isAfter(later.last) ? last : later.last,
        events + later.events,
        later.app,
        who(who, later.who),
        where(where, later.where));
  }

  private static Who who(Who earlier, Who later) {
    return new Who(
        either(later.userId(), earlier.userId()),
        either(later.anonymousId(), earlier.anonymousId()),
        null,
        null);
  }

  private static Where where(Where earlier, Where later) {
    return new Where(
        either(later.deviceId(), earlier.deviceId()),
        either(later.sessionId(), earlier.sessionId()),
        either(later.appVersion(), earlier.appVersion()),
        either(later.platform(), earlier.platform()),
        either(later.osVersion(), earlier.osVersion()),
        either(later.deviceModel(), earlier.deviceModel()),
        either(later.locale(), earlier.locale()),
        either(later.country(), earlier.country()),
        null,
        Optional.ofNullable(later.pushOptIn()).orElse(earlier.pushOptIn()));
  }

  private static @Nullable String either(@Nullable String later, @Nullable String earlier) {
    return later == null ? earlier : later;
  }
}
