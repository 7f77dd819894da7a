package dev.offstage.standalone.demo;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A shop's app: users who come on one day of the week, come back less and less, look, choose and
 * sometimes buy. The same for the same day.
 */
final class AppWeek {
  /** What they do, in this order. */
  static final String OPENED = "Application Opened";

  static final String VIEWED = "Product Viewed";
  static final String ADDED = "Product Added";
  static final String BOUGHT = "Order Completed";

  static final int USERS = 120;

  private static final int DAYS = 7;
  private static final String[] VERSIONS = {"2.3.0", "2.4.0", "2.4.1"};
  private static final String[] LOCALES = {"de-CH", "en-GB", "fr-FR", "en-US"};

  private final Instant now;
  private final Instant firstDay;
  private final Random random;
  private final List<Map<String, Object>> events = new ArrayList<>();

  private AppWeek(Instant now) {
    this.now = now;
    this.firstDay = now.truncatedTo(ChronoUnit.DAYS).minus(Duration.ofDays(DAYS - 1));
    this.random = new Random(firstDay.getEpochSecond());
  }

  static List<Map<String, Object>> until(Instant now) {
    var week = new AppWeek(now);
    for (int user = 0; user < USERS; user++) {
      week.user(user, week.random.nextInt(DAYS));
    }
    return week.events;
  }

  private void user(int user, int joined) {
    for (int day = joined; day < DAYS; day++) {
      double returns = day == joined ? 1 : 0.55 / (day - joined);
      // Drawn either way, so that what is left out of today changes nothing else.
      boolean here = random.nextDouble() < returns;
      var at = firstDay.plus(Duration.ofDays(day)).plus(Duration.ofSeconds(random.nextInt(86_000)));
      var ids = new Ids(user, day, firstDay);
      if (day == joined) {
        add(ids, at, Map.of("type", "identify", "traits", Map.of("plan", plan(user))));
      }
      if (here) {
        visit(ids, at);
      }
    }
  }

  private static String plan(int user) {
    return user % 4 == 0 ? "pro" : "free";
  }

  private void visit(Ids ids, Instant at) {
    track(ids, at, OPENED, Map.of("fromBackground", false));
    int views = 1 + random.nextInt(6);
    for (int i = 1; i <= views; i++) {
      track(ids, at.plusSeconds(i * 20L), VIEWED, Map.of("sku", "sku-" + random.nextInt(50)));
    }
    if (random.nextInt(3) > 0) {
      track(ids, at.plusSeconds(200), ADDED, Map.of("sku", "sku-" + random.nextInt(50)));
      if (random.nextInt(2) == 0) {
        track(ids, at.plusSeconds(260), BOUGHT, Map.of("total", 5 + random.nextInt(95)));
      }
    }
  }

  private void track(Ids ids, Instant at, String name, Map<String, Object> properties) {
    add(ids, at, Map.of("type", "track", "event", name, "properties", properties));
  }

  /** Who it is, and how far their day has come: makes message ids that are the same each time. */
  private static final class Ids {
    private final int user;
    private final int day;
    private final Instant firstDay;
    private int next;

    Ids(int user, int day, Instant firstDay) {
      this.user = user;
      this.day = day;
      this.firstDay = firstDay;
    }

    Map<String, Object> of(Instant at) {
      var session = "demo-%d-%d-%d".formatted(firstDay.getEpochSecond(), user, day);
      return Map.of(
          "messageId",
          session + "-" + next++,
          "userId",
          "user-" + user,
          "anonymousId",
          "phone-" + user,
          "timestamp",
          at.toString(),
          "context",
          Map.of(
              "app",
              Map.of("name", "Shop", "version", VERSIONS[(user + day) % VERSIONS.length]),
              "os",
              Map.of("name", user % 3 == 0 ? "Android" : "iOS"),
              "device",
              Map.of("id", "device-" + user),
              "locale",
              LOCALES[user % LOCALES.length],
              "sessionId",
              session));
    }
  }

  private void add(Ids ids, Instant at, Map<String, Object> what) {
    var event = new HashMap<>(ids.of(at));
    event.putAll(what);
    if (!at.isAfter(now)) {
      events.add(event);
    }
  }
}
