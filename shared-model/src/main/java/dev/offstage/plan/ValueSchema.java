package dev.offstage.plan;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A part of JSON Schema (draft 2020-12), with its meaning: {@code type}, {@code enum}, {@code
 * const}, {@code minimum}, {@code maximum}, {@code minLength}, {@code maxLength}, {@code
 * properties}, {@code required}, {@code additionalProperties} (a boolean), {@code items}, {@code
 * minItems}, {@code maxItems}; {@code title}, {@code description} and {@code examples} are for
 * people. Any other keyword is refused: a rule that silently held for nothing would be worse.
 */
final class ValueSchema {
  private static final int MOST_PROBLEMS = 10;
  private static final int MAX_DEPTH = 8;
  private static final Set<String> FOR_PEOPLE =
      Set.of("title", "description", "examples", "$schema", "$comment", "default");
  private static final Set<String> TYPES =
      Set.of("string", "number", "integer", "boolean", "object", "array", "null");

  private final Set<String> types;
  private final List<JsonNode> allowed;
  private final @Nullable BigDecimal minimum;
  private final @Nullable BigDecimal maximum;
  private final int least;
  private final int most;
  private final Map<String, ValueSchema> properties;
  private final Set<String> required;
  private final boolean open;
  private final @Nullable ValueSchema items;

  /**
   * @throws IllegalArgumentException naming the keyword, its value and what was expected
   */
  static ValueSchema parse(String path, JsonNode schema) {
    return new Reader(path, schema, 0).read();
  }

  private ValueSchema(Reader from) {
    this.types = from.types();
    this.allowed = from.allowed();
    this.minimum = from.number("minimum");
    this.maximum = from.number("maximum");
    this.least = Math.max(from.size("minLength", 0), from.size("minItems", 0));
    this.most =
        Math.min(
            from.size("maxLength", Integer.MAX_VALUE), from.size("maxItems", Integer.MAX_VALUE));
    this.properties = from.properties();
    this.required = from.required();
    this.open = from.flag("additionalProperties");
    this.items = from.items();
    from.noOthers();
  }

  /** What is wrong with a value; each with its path, the value's type and what was expected. */
  List<String> problems(String path, JsonNode value) {
    var problems = new ArrayList<String>();
    check(path, value, problems);
    return problems;
  }

  private void check(String path, JsonNode value, List<String> problems) {
    if (problems.size() >= MOST_PROBLEMS) {
      return;
    }
    var type = typeOf(value);
    if (!types.isEmpty() && !types.contains(type) && !isIntegerAsNumber(type)) {
      problems.add(path + ": " + type + " (expected: " + String.join(" or ", sorted(types)) + ")");
      return;
    }
    if (!allowed.isEmpty() && allowed.stream().noneMatch(each -> equal(each, value))) {
      problems.add(path + ": another value (expected: one of " + shown(allowed) + ")");
    }
    if (value.isNumber()) {
      checkNumber(path, value.decimalValue(), problems);
    } else if (value.isString()) {
      checkSize(
          path,
          value.stringValue().codePointCount(0, value.stringValue().length()),
          "characters",
          problems);
    } else if (value.isArray()) {
      checkSize(path, value.size(), "items", problems);
      checkItems(path, value, problems);
    } else if (value.isObject()) {
      checkMembers(path, value, problems);
    }
  }

  private boolean isIntegerAsNumber(String type) {
    return type.equals("integer") && types.contains("number");
  }

  private void checkNumber(String path, BigDecimal number, List<String> problems) {
    if (minimum != null && number.compareTo(minimum) < 0) {
      problems.add(path + ": too small (expected: at least " + minimum.toPlainString() + ")");
    }
    if (maximum != null && number.compareTo(maximum) > 0) {
      problems.add(path + ": too large (expected: at most " + maximum.toPlainString() + ")");
    }
  }

  private void checkSize(String path, int size, String what, List<String> problems) {
    if (size < least || size > most) {
      problems.add(
          "%s: %d %s (expected: %s)"
              .formatted(
                  path,
                  size,
                  what,
                  most == Integer.MAX_VALUE ? "at least " + least : least + " to " + most));
    }
  }

  private void checkItems(String path, JsonNode array, List<String> problems) {
    for (int i = 0; items != null && i < array.size(); i++) {
      items.check(path + "[" + i + "]", array.get(i), problems);
    }
  }

  private void checkMembers(String path, JsonNode object, List<String> problems) {
    for (var name : sorted(required)) {
      if (object.get(name) == null) {
        problems.add(path + "." + name + ": missing (expected: it is required)");
      }
    }
    for (var member : object.properties()) {
      var schema = properties.get(member.getKey());
      if (schema != null) {
        schema.check(path + "." + member.getKey(), member.getValue(), problems);
      } else if (!open) {
        problems.add(path + "." + member.getKey() + ": unknown (expected: one that is planned)");
      }
    }
  }

  private static List<String> sorted(Set<String> names) {
    return names.stream().sorted().toList();
  }

  private static String shown(List<JsonNode> values) {
    var text = values.toString();
    return text.length() > 100 ? text.substring(0, 100) + "…" : text;
  }

  private static boolean equal(JsonNode one, JsonNode other) {
    return one.isNumber() && other.isNumber()
        ? one.decimalValue().compareTo(other.decimalValue()) == 0
        : one.equals(other);
  }

  private static String typeOf(JsonNode value) {
    return switch (value.getNodeType()) {
      case NUMBER -> value.decimalValue().stripTrailingZeros().scale() <= 0 ? "integer" : "number";
      case STRING -> "string";
      case BOOLEAN -> "boolean";
      case ARRAY -> "array";
      case NULL -> "null";
      default -> "object";
    };
  }

  /** Reads one schema's keywords. */
  private static final class Reader {
    private final String path;
    private final JsonNode schema;
    private final int depth;
    private final Set<String> known = new HashSet<>(FOR_PEOPLE);

    private Reader(String path, JsonNode schema, int depth) {
      this.path = path;
      this.schema = schema;
      this.depth = depth;
    }

    private ValueSchema read() {
      if (!schema.isObject()) {
        throw wrong("", schema, "a schema, which is an object");
      }
      if (depth > MAX_DEPTH) {
        throw wrong("", "deeper than " + MAX_DEPTH, "less deep");
      }
      return new ValueSchema(this);
    }

    private IllegalArgumentException wrong(String keyword, Object value, String expected) {
      var text = value.toString();
      var shown = text.length() > 60 ? text.substring(0, 60) + "…" : text;
      return new IllegalArgumentException(
          path
              + (keyword.isEmpty() ? "" : "." + keyword)
              + ": "
              + shown
              + " (expected: "
              + expected
              + ")");
    }

    private @Nullable JsonNode take(String keyword) {
      known.add(keyword);
      return schema.get(keyword);
    }

    private Set<String> types() {
      var type = take("type");
      if (type == null) {
        return Set.of();
      }
      var types = new HashSet<String>();
      for (var each : type.isArray() ? type : List.of(type)) {
        if (!each.isString() || !TYPES.contains(each.stringValue())) {
          throw wrong("type", type, "some of " + sorted(TYPES));
        }
        types.add(each.stringValue());
      }
      return types;
    }

    private List<JsonNode> allowed() {
      var one = take("const");
      var some = take("enum");
      if (one != null) {
        return List.of(one);
      }
      if (some != null && (!some.isArray() || some.isEmpty() || some.size() > 1_000)) {
        throw wrong("enum", some, "an array of 1 to 1000 values");
      }
      var values = new ArrayList<JsonNode>();
      if (some != null) {
        some.forEach(values::add);
      }
      return values;
    }

    private @Nullable BigDecimal number(String keyword) {
      var value = take(keyword);
      if (value != null && !value.isNumber()) {
        throw wrong(keyword, value, "a number");
      }
      return value == null ? null : value.decimalValue();
    }

    private int size(String keyword, int otherwise) {
      var value = take(keyword);
      if (value == null) {
        return otherwise;
      }
      if (!value.isInt() || value.intValue() < 0) {
        throw wrong(keyword, value, "0 or more");
      }
      return value.intValue();
    }

    private boolean flag(String keyword) {
      var value = take(keyword);
      if (value != null && !value.isBoolean()) {
        throw wrong(keyword, value, "true or false");
      }
      return value == null || value.booleanValue();
    }

    private Map<String, ValueSchema> properties() {
      var members = take("properties");
      if (members != null && (!members.isObject() || members.size() > 500)) {
        throw wrong("properties", members, "an object of at most 500 schemas");
      }
      var schemas = new HashMap<String, ValueSchema>();
      if (members != null) {
        for (var member : members.properties()) {
          schemas.put(member.getKey(), inner("properties." + member.getKey(), member.getValue()));
        }
      }
      return schemas;
    }

    private Set<String> required() {
      var names = take("required");
      var required = new HashSet<String>();
      for (var name : names == null ? List.<JsonNode>of() : names) {
        if (!name.isString()) {
          throw wrong("required", name, "names");
        }
        required.add(name.stringValue());
      }
      if (names != null && !names.isArray()) {
        throw wrong("required", names, "an array of names");
      }
      return required;
    }

    private @Nullable ValueSchema items() {
      var each = take("items");
      return each == null ? null : inner("items", each);
    }

    private ValueSchema inner(String name, JsonNode inner) {
      return new Reader(path + "." + name, inner, depth + 1).read();
    }

    private void noOthers() {
      for (var keyword : schema.propertyNames()) {
        if (!known.contains(keyword)) {
          throw wrong(keyword, "unknown", "one of " + sorted(known));
        }
      }
    }
  }
}
