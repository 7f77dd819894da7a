package dev.offstage.operator;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What an operator may do. Each role may do what those before it may. */
public enum Role {
  /** Look. */
  VIEWER,
  /** Retry, cancel, pause, start, stop. */
  OPERATOR,
  /** Say who operates, and what cannot be undone. */
  ADMIN;

  /** As it is written everywhere. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * @throws IllegalArgumentException naming the value and what was expected
   */
  public static Role of(String text) {
    return Arrays.stream(values())
        .filter(role -> role.text().equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "role: %s (expected: %s)"
                        .formatted(
                            text.length() > 40 ? text.substring(0, 40) + "…" : text,
                            Arrays.stream(values())
                                .map(Role::text)
                                .collect(Collectors.joining(", ")))));
  }

  /** This role and those before it. */
  public List<Role> included() {
    return Arrays.stream(values()).filter(role -> role.compareTo(this) <= 0).toList();
  }
}
