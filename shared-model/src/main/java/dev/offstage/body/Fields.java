package dev.offstage.body;

import dev.offstage.problem.FieldProblem;
import dev.offstage.problem.ProblemType;
import jakarta.servlet.http.HttpServletRequest;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads the members of a JSON object, and collects all that is wrong with them: what is not of the
 * expected form, and in the end what nobody asked for. A member that is null is one that is not
 * there.
 */
public final class Fields {
  private static final int MAX_SHOWN = 60;
  private static final int MAX_DETAIL = 400;
  private static final int LAST_YEAR = 9999;

  private final String path;
  private final JsonNode object;
  private final List<FieldProblem> problems;
  private final boolean query;
  private final Set<String> asked = new HashSet<>();

  private Fields(String path, JsonNode object, List<FieldProblem> problems) {
    this(path, object, problems, false);
  }

  private Fields(String path, JsonNode object, List<FieldProblem> problems, boolean query) {
    this.query = query;
    this.path = path;
    this.object = object;
    this.problems = problems;
  }

  /** Of a body that is to be an object. */
  public static Fields of(JsonNode body) {
    if (!body.isObject()) {
      throw ProblemType.INVALID_REQUEST.because("The JSON is not an object.");
    }
    return new Fields("", body, new ArrayList<>());
  }

  /** Of a query, where numbers are strings too. */
  public static Fields ofQuery(HttpServletRequest request) {
    var object = JsonText.MAPPER.createObjectNode();
    parameters(request)
        .forEach(
            (name, values) -> {
              if (values.length == 1) {
                object.put(name, values[0]);
              } else {
                var array = object.putArray(name);
                for (var value : values) {
                  array.add(value);
                }
              }
            });
    JsonText.storable(object);
    return new Fields("", object, new ArrayList<>(), true);
  }

  private static Map<String, String[]> parameters(HttpServletRequest request) {
    try {
      return request.getParameterMap();
    } catch (IllegalStateException e) { // as Tomcat says it
      var problem = ProblemType.INVALID_REQUEST.because("The query is not UTF-8, or too long.");
      problem.addSuppressed(e);
      throw problem;
    }
  }

  /** A value as it is, null included; null if it is not there. */
  public @Nullable JsonNode any(String name) {
    asked.add(name);
    return object.get(name);
  }

  private @Nullable JsonNode value(String name) {
    var value = any(name);
    return value == null || value.isNull() ? null : value;
  }

  public boolean has(String name) {
    return value(name) != null;
  }

  public @Nullable String text(String name) {
    return text(name, value -> value);
  }

  /** A string that {@code parse} reads; it says by IllegalArgumentException what was expected. */
  public <T> @Nullable T text(String name, Function<String, T> parse) {
    var value = value(name);
    if (value == null) {
      return null;
    }
    if (!value.isString()) {
      wrong(name, shown(value) + " (expected: a string)");
      return null;
    }
    return parsed(name, value.stringValue(), parse);
  }

  private <T> @Nullable T parsed(String name, String text, Function<String, T> parse) {
    try {
      return parse.apply(text);
    } catch (IllegalArgumentException e) {
      wrong(name, detail(e));
      return null;
    }
  }

  /** A string that must be there. */
  public <T> @Nullable T required(String name, String expected, Function<String, T> parse) {
    if (!has(name)) {
      wrong(name, "missing (expected: " + expected + ")");
      return null;
    }
    return text(name, parse);
  }

  public int whole(String name, int least, int most, int otherwise) {
    return (int) whole(name, (long) least, (long) most, (long) otherwise);
  }

  public long whole(String name, long least, long most, long otherwise) {
    var value = value(name);
    if (value == null) {
      return otherwise;
    }
    var number =
        value.isNumber()
            ? value.decimalValue()
            : query && value.isString() && value.stringValue().matches("\\d{1,18}")
                ? new BigDecimal(value.stringValue())
                : null;
    if (number == null
        || number.stripTrailingZeros().scale() > 0
        || number.compareTo(BigDecimal.valueOf(least)) < 0
        || number.compareTo(BigDecimal.valueOf(most)) > 0) {
      wrong(name, "%s (expected: %d to %d)".formatted(shown(value), least, most));
      return otherwise;
    }
    return number.longValueExact();
  }

  public double number(String name, double otherwise) {
    var value = value(name);
    if (value == null) {
      return otherwise;
    }
    if (!value.isNumber()) {
      wrong(name, shown(value) + " (expected: a number)");
      return otherwise;
    }
    return value.doubleValue();
  }

  public boolean flag(String name) {
    var value = value(name);
    if (value != null && !value.isBoolean()) {
      wrong(name, shown(value) + " (expected: true or false)");
      return false;
    }
    return value != null && value.booleanValue();
  }

  public @Nullable Duration duration(String name) {
    return text(
        name,
        text -> {
          try {
            return Durations.parse(text);
          } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                name + ": " + shown(text) + " (expected: " + Durations.EXPECTED + ")", e);
          }
        });
  }

  public @Nullable Instant time(String name) {
    return text(name, text -> instant(name, text));
  }

  /**
   * Reads a time of ISO 8601 with its offset.
   *
   * @throws IllegalArgumentException naming {@code field}, the value and what was expected
   */
  public static Instant instant(String field, String text) {
    var expected = " (expected: a time such as 2030-01-31T12:00:00Z, of the years 1970 to 9999)";
    try {
      var time = OffsetDateTime.parse(text).toInstant();
      int year = time.atOffset(ZoneOffset.UTC).getYear();
      if (year >= 1970 && year <= LAST_YEAR) {
        return time;
      }
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(field + ": " + shown(text) + expected, e);
    }
    throw new IllegalArgumentException(field + ": " + shown(text) + expected);
  }

  /** The members of an object; null if it is not there. */
  public @Nullable Fields object(String name) {
    var value = value(name);
    if (value == null) {
      return null;
    }
    if (!value.isObject()) {
      wrong(name, shown(value) + " (expected: an object)");
      return null;
    }
    return new Fields(path + name + ".", value, problems);
  }

  public List<String> texts(String name) {
    var texts = new ArrayList<String>();
    for (var each : array(name)) {
      if (each.isString()) {
        texts.add(each.stringValue());
      } else {
        wrong(name, shown(each) + " (expected: strings)");
      }
    }
    return texts;
  }

  /** Strings of an array, or the one string that stands in its place. */
  public List<String> eachText(String name) {
    var value = value(name);
    return value != null && value.isString() ? List.of(value.stringValue()) : texts(name);
  }

  /** Strings of an array, or of one string by comma. */
  public List<String> wordsOf(String name) {
    return eachText(name).stream()
        .flatMap(text -> Stream.of(text.split(",", -1)))
        .map(String::strip)
        .toList();
  }

  /** The members of each object of an array; a string stands for an object of that one member. */
  public List<Fields> objects(String name, String shorthand) {
    var objects = new ArrayList<Fields>();
    int index = 0;
    for (var each : array(name)) {
      var at = "%s[%d]".formatted(name, index++);
      if (each.isString()) {
        var whole = JsonText.MAPPER.createObjectNode().set(shorthand, each);
        objects.add(new Fields(path + at + ".", whole, problems));
      } else if (each.isObject()) {
        objects.add(new Fields(path + at + ".", each, problems));
      } else {
        wrong(at, shown(each) + " (expected: an object or a string)");
      }
    }
    return objects;
  }

  private Iterable<JsonNode> array(String name) {
    var value = value(name);
    if (value != null && !value.isArray()) {
      wrong(name, shown(value) + " (expected: an array)");
    }
    return value == null || !value.isArray() ? List.of() : value;
  }

  /** Runs {@code make}; its IllegalArgumentException is about the member {@code name}. */
  public <T> @Nullable T made(String name, Supplier<T> make) {
    try {
      return make.get();
    } catch (IllegalArgumentException e) {
      wrong(name, detail(e));
      return null;
    }
  }

  public void wrong(String name, String detail) {
    problems.add(new FieldProblem(path + name, detail));
  }

  /** Complains of members that nobody asked for. */
  public void noOthers() {
    object
        .propertyNames()
        .forEach(
            name -> {
              if (!asked.contains(name)) {
                problems.add(
                    new FieldProblem(
                        path + shown(name), "unknown (expected: one that the API describes)"));
              }
            });
  }

  public boolean areGood() {
    return problems.isEmpty();
  }

  /**
   * @throws dev.offstage.problem.ProblemException if anything was wrong
   */
  public void check() {
    if (!problems.isEmpty()) {
      throw ProblemType.INVALID_REQUEST
          .because("The request is not valid; see errors for what was expected.")
          .errors(problems.subList(0, Math.min(problems.size(), 50)));
    }
  }

  /** Without the name of the field, with which such messages begin. */
  public static String detail(IllegalArgumentException e) {
    var message = String.valueOf(e.getMessage());
    int colon = message.indexOf(": ");
    var detail = colon < 0 ? message : message.substring(colon + 2);
    // The value stands before what was expected, and may be long.
    int expected = detail.lastIndexOf(" (expected: ");
    return expected > MAX_SHOWN
        ? shown(detail) + detail.substring(expected)
        : detail.substring(0, Math.min(detail.length(), MAX_DETAIL));
  }

  private static String shown(JsonNode value) {
    return shown(value.toString());
  }

  public static String shown(String text) {
    return text.length() > MAX_SHOWN ? text.substring(0, MAX_SHOWN) + "…" : text;
  }
}
