package dev.offstage.ingest.device;

import dev.offstage.body.Fields;
import java.util.Locale;
import java.util.regex.Pattern;

/** Who takes notifications to devices. */
public enum Provider {
  APNS("64 to 200 hexadecimal digits", Pattern.compile("([0-9a-fA-F]{2}){32,100}")),
  FCM("1 to 1024 of printable ASCII", Pattern.compile("[!-~]{1,1024}"));

  private static final Pattern APP = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,154}");

  private final String expected;
  private final Pattern token;

  Provider(String expected, Pattern token) {
    this.expected = expected;
    this.token = token;
  }

  /** As the API and PostgreSQL spell it. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * A token in the form in which it is kept.
   *
   * @throws IllegalArgumentException if it cannot be one of this provider's
   */
  String token(String text) {
    if (!token.matcher(text).matches()) {
      // The token is a secret of sorts: not shown.
      throw new IllegalArgumentException(
          "token: %d characters (expected: %s)".formatted(text.length(), expected));
    }
    return this == APNS ? text.toLowerCase(Locale.ROOT) : text;
  }

  /**
   * Which app is meant: its bundle or application id.
   *
   * @throws IllegalArgumentException if it cannot be one
   */
  public static String app(String text) {
    if (!APP.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "app: %s (expected: a bundle or application id such as com.example.app)"
              .formatted(Fields.shown(text)));
    }
    return text;
  }
}
