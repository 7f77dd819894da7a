package dev.offstage.bench.search;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * What is asked of {@code GET /v1/jobs}.
 *
 * @param title for the table
 * @param filter the query's words, made anew for each request
 */
public record Question(String title, Filter filter) {
  /** Makes a query string. */
  public interface Filter {
    String with(RandomGenerator random);
  }

  private static final List<String> KINDS =
      List.of("mail.welcome", "push.send", "media.image", "feed.rank", "webhook.call");

  private static final Duration AN_HOUR = Duration.ofHours(1);
  private static final int HOURS = 12 * 24;

  /** Every filter alone, and some together. */
  public static List<Question> all(Instant now) {
    return List.of(
        of("none", ""),
        of("state=completed", "state=completed"),
        of("state=discarded", "state=discarded"),
        of("state=cancelled", "state=cancelled"),
        of("state=retryable", "state=retryable"),
        of("state=scheduled,available", "state=scheduled,available"),
        new Question("kind", random -> "kind=" + kind(random)),
        of("kind=mail.*", "kind=mail.*"),
        of("pool", "pool=media"),
        new Question("owner", random -> "owner=user-" + random.nextInt(100_000)),
        of("tag that many have", "tag=nightly"),
        new Question("tag that few have", random -> "tag=import-" + random.nextInt(4_900)),
        of("tag that nobody has", "tag=nobody"),
        new Question("workflow", random -> "workflow=" + workflow(random)),
        of("error", "error=http-503"),
        of("error that is rare", "error=rare-reason"),
        new Question("q, frequent words", random -> "q=" + escape("connection \"timed out\"")),
        new Question("q, a rare word", random -> "q=e" + random.nextInt(100_000)),
        new Question("createdFrom and createdTo", random -> anHour(now, random)),
        new Question(
            "state, kind and createdFrom",
            random -> "state=discarded&kind=" + kind(random) + "&" + anHour(now, random)),
        new Question(
            "owner and state", random -> "state=completed&owner=user-" + random.nextInt(100_000)),
        of("tag and state", "state=discarded&tag=vip"),
        new Question(
            "q and kind", random -> "kind=" + kind(random) + "&q=partner-" + random.nextInt(50)));
  }

  private static Question of(String title, String query) {
    return new Question(title, random -> query);
  }

  private static String kind(RandomGenerator random) {
    return KINDS.get(random.nextInt(KINDS.size()));
  }

  /** As md5 in the database made it. */
  private static String workflow(RandomGenerator random) {
    return Md5.uuid("workflow" + random.nextInt(10_000)).toString();
  }

  private static String anHour(Instant now, RandomGenerator random) {
    var from = now.minus(Duration.ofHours(24 + random.nextInt(HOURS)));
    return "createdFrom=" + from + "&createdTo=" + from.plus(AN_HOUR);
  }

  private static String escape(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
