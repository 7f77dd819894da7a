package dev.offstage.ingest.auth;

import java.util.UUID;

/**
 * A new API key, at the only moment when its text is known.
 *
 * @param text to be shown once and never stored
 */
public record IssuedKey(UUID id, String text) {

  /** Keeps the secret out of logs. */
  @Override
  public String toString() {
    return "IssuedKey[" + id + "]";
  }
}
