package dev.offstage.secret;

import java.util.Base64;
import java.util.regex.Pattern;
import javax.crypto.spec.SecretKeySpec;

/**
 * A key that secrets are sealed with.
 *
 * @param id stored with each sealed text
 */
record SecretKey(String id, SecretKeySpec key) {
  private static final Pattern FORM = Pattern.compile("([A-Za-z0-9_-]{1,32}):([A-Za-z0-9+/]{43}=)");

  /**
   * @param text {@code id:base64}
   * @param source for the message
   * @throws IllegalArgumentException saying what was expected, but not what it was
   */
  static SecretKey of(String text, String source) {
    var matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          source
              + ": a key of "
              + text.length()
              + " characters (expected: an id of 1 to 32 letters, digits, _ and -, a colon, and 32"
              + " bytes in base64, such as `openssl rand -base64 32` prints)");
    }
    var bytes = Base64.getDecoder().decode(matcher.group(2));
    return new SecretKey(matcher.group(1), new SecretKeySpec(bytes, "AES"));
  }

  @Override
  public String toString() {
    return "key " + id;
  }
}
