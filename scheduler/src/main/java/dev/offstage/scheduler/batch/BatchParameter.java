package dev.offstage.scheduler.batch;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One thing that a batch may be told.
 *
 * @param required whether a start without it, where there is no default either, is refused
 * @param defaultValue as an operator would write it; a day's words are resolved at the start
 * @param description a sentence, for people
 * @param choices of a {@link ParameterType#CHOICE}
 */
public record BatchParameter(
    String name,
    ParameterType type,
    boolean required,
    @Nullable String defaultValue,
    String description,
    List<String> choices) {

  private static final Pattern NAME = Pattern.compile("[a-z][A-Za-z0-9]{0,39}");
  private static final Pattern DAYS_AGO = Pattern.compile("today(?:-(\\d{1,5}))?");
  private static final Pattern SHORT_DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");
  private static final Pattern TENANT = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");
  private static final int MOST_TEXT = 1000;
  private static final int MOST_SHOWN = 60;
  private static final int LAST_YEAR = 9999;

  public BatchParameter {
    choices = List.copyOf(choices);
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "The parameter's name is " + name + " (expected: " + NAME + ")");
    }
    if (choices.isEmpty() == (type == ParameterType.CHOICE)) {
      throw new IllegalArgumentException(
          name + ": " + choices.size() + " choices for " + type + " (expected: some for a CHOICE)");
    }
  }

  /** One that must be given. */
  public static BatchParameter required(String name, ParameterType type, String description) {
    return new BatchParameter(name, type, true, null, description, List.of());
  }

  /** One that may be left out. */
  public static BatchParameter optional(String name, ParameterType type, String description) {
    return new BatchParameter(name, type, false, null, description, List.of());
  }

  /** One that has a default. */
  public static BatchParameter optional(
      String name, ParameterType type, String defaultValue, String description) {
    return new BatchParameter(name, type, false, defaultValue, description, List.of());
  }

  /** One of a few, the first of which is the default. */
  public static BatchParameter choice(String name, String description, String... choices) {
    return new BatchParameter(
        name, ParameterType.CHOICE, false, choices[0], description, List.of(choices));
  }

  /** What to write, for people. */
  public String expectation() {
    return type == ParameterType.CHOICE ? String.join(", ", choices) : type.expectation();
  }

  /**
   * The value in the one way in which it is stored and compared.
   *
   * @param clock says which day is today
   * @throws BatchRefusedException that names this parameter
   */
  public String canonical(String text, InstantSource clock) {
    try {
      return switch (type) {
        case TEXT -> text(text);
        case TENANT -> matching(TENANT, text);
        case DATE -> day(text, clock).toString();
        case INSTANT -> moment(text);
        case WHOLE_NUMBER -> Long.toString(number(text));
        case YES_NO -> yesNo(text);
        case DURATION -> duration(text).toString();
        case CHOICE -> choice(text);
      };
    } catch (IllegalArgumentException | ArithmeticException | DateTimeException e) {
      throw new BatchRefusedException(
          name, "%s (expected: %s)".formatted(shown(text), expectation()));
    }
  }

  private static String shown(String text) {
    var safe = text.replaceAll("\\p{Cntrl}", "?");
    return "\"%s\""
        .formatted(safe.length() > MOST_SHOWN ? safe.substring(0, MOST_SHOWN) + "…" : safe);
  }

  private static String text(String text) {
    return holds(text, !text.isBlank() && text.length() <= MOST_TEXT && text.indexOf('\0') < 0);
  }

  private static String matching(Pattern pattern, String text) {
    return holds(text, pattern.matcher(text).matches());
  }

  private static String yesNo(String text) {
    return holds(text, text.equals("true") || text.equals("false"));
  }

  private String choice(String text) {
    return holds(text, choices.contains(text));
  }

  private static String holds(String text, boolean condition) {
    if (!condition) {
      throw new IllegalArgumentException(text);
    }
    return text;
  }

  private static long number(String text) {
    long value = Long.parseLong(text);
    if (value < 0) {
      throw new IllegalArgumentException(text);
    }
    return value;
  }

  private static LocalDate day(String text, InstantSource clock) {
    var today = clock.instant().atOffset(ZoneOffset.UTC).toLocalDate();
    if (text.equals("yesterday")) {
      return today.minusDays(1);
    }
    Matcher ago = DAYS_AGO.matcher(text);
    if (ago.matches()) {
      return ago.group(1) == null ? today : today.minusDays(Long.parseLong(ago.group(1)));
    }
    var day = LocalDate.parse(text);
    if (day.getYear() < 0 || day.getYear() > LAST_YEAR) {
      throw new IllegalArgumentException(text);
    }
    return day;
  }

  private static String moment(String text) {
    var moment = OffsetDateTime.parse(text);
    if (moment.getYear() < 0 || moment.getYear() > LAST_YEAR) {
      throw new IllegalArgumentException(text);
    }
    return moment.toInstant().toString();
  }

  private static Duration duration(String text) {
    Matcher shorthand = SHORT_DURATION.matcher(text);
    var duration = shorthand.matches() ? duration(shorthand) : Duration.parse(text);
    if (duration.isNegative()) {
      throw new IllegalArgumentException(text);
    }
    return duration;
  }

  private static Duration duration(Matcher shorthand) {
    long n = Long.parseLong(shorthand.group(1));
    return switch (shorthand.group(2)) {
      case "ms" -> Duration.ofMillis(n);
      case "s" -> Duration.ofSeconds(n);
      case "m" -> Duration.ofMinutes(n);
      case "h" -> Duration.ofHours(n);
      default -> Duration.ofDays(n);
    };
  }
}
