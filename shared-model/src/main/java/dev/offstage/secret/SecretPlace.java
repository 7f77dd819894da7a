package dev.offstage.secret;

import java.nio.charset.StandardCharsets;

/**
 * Where a sealed text belongs: part of what is authenticated, so that it opens nowhere else.
 *
 * @param tenant whose it is; empty for the operator's own
 * @param purpose of the column, such as {@code webhook.secret}; the same as in {@code
 *     sealed_column}
 * @param row the row's key as text; of a key of several columns, those joined by {@code /}
 */
public record SecretPlace(String tenant, String purpose, String row) {
  /** Unambiguous: none of the three can hold a NUL, which PostgreSQL refuses in any text. */
  byte[] bytes() {
    return ("offstage\0" + tenant + "\0" + purpose + "\0" + row).getBytes(StandardCharsets.UTF_8);
  }
}
