package dev.offstage.worker.integration.push.message;

import org.jspecify.annotations.Nullable;

/** What a notification shows, in one language. May name variables: {@code Hello {{name}}}. */
public record Content(@Nullable String title, @Nullable String body) {
  private static final int MAX = 4_000;

  /**
   * @throws IllegalArgumentException if it has neither, or one is too long for any provider
   */
  public Content {
    if (title == null && body == null) {
      throw new IllegalArgumentException("content: empty (expected: a title, a body, or both)");
    }
    check("title", title);
    check("body", body);
  }

  private static void check(String name, @Nullable String text) {
    if (text != null && text.length() > MAX) {
      throw new IllegalArgumentException(
          "content.%s: %d characters (expected: at most %d)".formatted(name, text.length(), MAX));
    }
  }
}
