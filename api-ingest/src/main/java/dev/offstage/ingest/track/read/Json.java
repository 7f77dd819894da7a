package dev.offstage.ingest.track.read;

import dev.offstage.event.JsonBytes;
import java.math.BigDecimal;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.json.JsonMapper;

/** JSON as strangers' SDKs write it: strict in its form, and bounded. */
final class Json {
  /** How deep a value of an event may be nested. */
  static final int MAX_DEPTH = 32;

  /** Beyond it, a body is not even looked at: no SDK writes such. */
  private static final int MAX_BODY_DEPTH = 500;

  private static final int MAX_DIGITS = 400;
  private static final int SHORT_NUMBER = 16;
  private static final char REPLACEMENT = '\ufffd';

  static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_BODY_DEPTH)
                  .maxNumberLength(MAX_DIGITS)
                  .build())
          .build();
  static final JsonMapper MAPPER = new JsonMapper(FACTORY);

  private Json() {}

  static JsonParser parser(byte[] bytes, int from, int length) {
    return FACTORY.createParser(ObjectReadContext.empty(), bytes, from, length);
  }

  static JsonParser parser(JsonBytes json) {
    return parser(json.bytes(), json.from(), json.length());
  }

  /** Whether jsonb can hold the number, which it would write out with all of its zeros. */
  static boolean isStorable(String number) {
    if (number.length() <= SHORT_NUMBER && number.indexOf('e') < 0 && number.indexOf('E') < 0) {
      return true;
    }
    try {
      var value = new BigDecimal(number);
      return Math.abs((long) value.precision() - value.scale()) <= MAX_DIGITS
          && Math.abs((long) value.scale()) <= MAX_DIGITS;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  /** Replaces what PostgreSQL cannot store in a text: NUL, and halves of surrogate pairs. */
  static String clean(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (!isGood(text, i)) {
        return replaced(text);
      }
    }
    return text;
  }

  private static String replaced(String text) {
    var clean = new StringBuilder(text);
    for (int i = 0; i < text.length(); i++) {
      if (!isGood(text, i)) {
        clean.setCharAt(i, REPLACEMENT);
      }
    }
    return clean.toString();
  }

  private static boolean isGood(String text, int at) {
    char c = text.charAt(at);
    if (Character.isHighSurrogate(c)) {
      return at + 1 < text.length() && Character.isLowSurrogate(text.charAt(at + 1));
    }
    if (Character.isLowSurrogate(c)) {
      return at > 0 && Character.isHighSurrogate(text.charAt(at - 1));
    }
    return c != 0;
  }

  /** Whether a text within is such as {@link #clean} would change, or may be. */
  static boolean mayBeUnclean(byte[] bytes, int from, int to) {
    for (int i = from; i < to - 5; i++) {
      if (bytes[i] == '\\') {
        i++;
        if (bytes[i] == 'u' && (isZeros(bytes, i + 1) || isSurrogate(bytes, i + 1))) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean isZeros(byte[] bytes, int at) {
    return bytes[at] == '0' && bytes[at + 1] == '0' && bytes[at + 2] == '0' && bytes[at + 3] == '0';
  }

  private static boolean isSurrogate(byte[] bytes, int at) {
    return (bytes[at] | 0x20) == 'd' && bytes[at + 1] >= '8';
  }
}
