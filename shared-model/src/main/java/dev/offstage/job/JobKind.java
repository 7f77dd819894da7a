package dev.offstage.job;

import java.util.regex.Pattern;

/** What a job is about, such as {@code media.image}: the name that a handler registers for. */
public record JobKind(String name) {
  private static final Pattern FORM = Pattern.compile("[a-z][a-z0-9_-]*(\\.[a-z0-9_-]+)*");

  /**
   * @throws IllegalArgumentException unless {@code name} is 1 to 100 characters of lower-case words
   *     joined by dots
   */
  public JobKind {
    if (name.length() > 100 || !FORM.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "kind: " + name + " (expected: lower-case words joined by dots, at most 100 characters)");
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
