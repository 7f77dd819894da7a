package dev.offstage.worker.integration.template;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A text with variables, such as {@code Hello {{name}}}. */
public final class Template {
  private static final Pattern VARIABLE =
      Pattern.compile("\\{\\{\\s*([A-Za-z_][A-Za-z0-9_.]{0,63})\\s*}}");

  private Template() {}

  /** What a variable's value becomes on its way into the text. */
  public interface Escape {
    Escape NONE = value -> value;

    String of(String value);
  }

  /**
   * @throws IllegalArgumentException naming a variable that has no value
   */
  public static String fill(String text, Map<String, String> variables, Escape escape) {
    return VARIABLE
        .matcher(text)
        .replaceAll(
            match -> {
              var value = variables.get(match.group(1));
              if (value == null) {
                throw new IllegalArgumentException(
                    "variables: no %s (expected: a value for each {{name}} of the text)"
                        .formatted(match.group(1)));
              }
              return Matcher.quoteReplacement(escape.of(value));
            });
  }
}
