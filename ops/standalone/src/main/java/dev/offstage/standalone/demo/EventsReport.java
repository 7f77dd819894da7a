package dev.offstage.standalone.demo;

import java.io.IOException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/** What the API has counted of an app's events: a chart by the hour, and who came back. */
public final class EventsReport {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int DAYS = 7;
  private static final String[] EIGHTHS = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  private static final int ROWS = 5;

  private final Api api;
  private final Screen screen;

  /**
   * @param api with a key that may read events
   */
  public EventsReport(Api api, Screen screen) {
    this.api = api;
    this.screen = screen;
  }

  /**
   * Waits until the roll-ups have at least so many events, a few seconds as a rule, and shows them.
   *
   * @param today in UTC
   */
  public void show(LocalDate today, long events) throws IOException, InterruptedException {
    var range = "from=" + today.minusDays(DAYS - 1L) + "&to=" + today.plusDays(1);
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (sum(api.get("/v1/analytics/timeseries?" + range)) < events && System.nanoTime() < end) {
      // Nobody counts it down: it is only a wait.
      boolean unused = new CountDownLatch(1).await(500, TimeUnit.MILLISECONDS);
    }
    var byHour = api.get("/v1/analytics/timeseries?interval=hour&" + range);
    screen.say("  %,d events, by the hour (UTC), the busiest day", sum(byHour));
    chart(busiestDay(values(byHour))).forEach(line -> screen.say("  %s", line));
    screen.say("");
    screen.say("  who came back, of those who came first on a day");
    table(api.get("/v1/analytics/retention?periods=" + (DAYS - 1) + "&" + range))
        .forEach(line -> screen.say("  %s", line));
  }

  private static List<Long> values(JsonNode series) {
    var values = new ArrayList<Long>();
    series.path("points").forEach(point -> values.add(point.path("value").asLong(0)));
    return values;
  }

  private static long sum(JsonNode series) {
    return values(series).stream().mapToLong(each -> each).sum();
  }

  private static List<Long> busiestDay(List<Long> hours) {
    var best = List.<Long>of();
    long most = -1;
    for (int from = 0; from + 24 <= hours.size(); from += 24) {
      var day = hours.subList(from, from + 24);
      long sum = day.stream().mapToLong(each -> each).sum();
      if (sum >= most) {
        most = sum;
        best = day;
      }
    }
    return best;
  }

  /** A column two characters wide for each value, and the hours below. */
  static List<String> chart(List<Long> values) {
    long most = Math.max(1, values.stream().mapToLong(each -> each).max().orElse(1));
    var lines = new ArrayList<String>();
    for (int row = ROWS - 1; row >= 0; row--) {
      var line = new StringBuilder(row == ROWS - 1 ? "%6d ".formatted(most) : "       ");
      for (long value : values) {
        long eighths = Math.round((double) value * ROWS * 8 / most) - 8L * row;
        line.append(EIGHTHS[(int) Math.clamp(eighths, 0, 8)].repeat(2));
      }
      lines.add(line.toString().stripTrailing());
    }
    var hours = new StringBuilder("       ");
    for (int hour = 0; hour < values.size(); hour += 3) {
      hours.append("%-6s".formatted("%02d".formatted(hour)));
    }
    lines.add(hours.toString().stripTrailing());
    return lines;
  }

  /** A line a cohort: the day, how many came, and how many per cent of them were there later. */
  static List<String> table(JsonNode retention) {
    var lines = new ArrayList<String>();
    var head = new StringBuilder("day         people");
    for (int n = 0; n <= retention.path("periods").asInt(0); n++) {
      head.append("%6s".formatted("+" + n));
    }
    lines.add(head.toString());
    for (var cohort : retention.path("cohorts")) {
      long persons = cohort.path("persons").asLong(0);
      if (persons == 0) {
        continue;
      }
      var day = Text.plain(cohort.path("cohort").asString(""));
      var line =
          new StringBuilder(
              "%-10s  %6d".formatted(day.substring(0, Math.min(10, day.length())), persons));
      for (var active : cohort.path("active")) {
        line.append(String.format(Locale.ROOT, "%5.0f%%", 100.0 * active.asLong(0) / persons));
      }
      lines.add(line.toString());
    }
    return lines;
  }
}
