package dev.offstage.job;

/**
 * Makes a repeated enqueue harmless: the same key is answered with the job that it made, for as
 * long as the key is remembered.
 *
 * @param key unique within the tenant
 * @param fingerprint of what was asked for; the same key with another one is refused
 */
public record IdempotencyKey(String key, String fingerprint) {
  /**
   * @throws IllegalArgumentException naming the field, its value and what was expected
   */
  public IdempotencyKey {
    Keys.check("idempotencyKey", key);
  }
}
