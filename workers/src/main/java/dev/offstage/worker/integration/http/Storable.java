package dev.offstage.worker.integration.http;

import tools.jackson.databind.JsonNode;

/**
 * Tells what PostgreSQL's jsonb can hold: neither NUL, nor half a pair, nor a number without end.
 */
final class Storable {
  private static final int MAX_EXPONENT = 400;

  private Storable() {}

  static boolean is(JsonNode node) {
    if (node.isMissingNode()) {
      return false;
    }
    if (node.isString()) {
      return is(node.stringValue());
    }
    if (node.isNumber()) {
      return isShort(node);
    }
    return node.properties().stream().allMatch(m -> is(m.getKey()) && is(m.getValue()))
        && (!node.isArray() || node.valueStream().allMatch(Storable::is));
  }

  private static boolean isShort(JsonNode number) {
    if (number.isFloatingPointNumber() && !Double.isFinite(number.doubleValue())) {
      return false;
    }
    var value = number.decimalValue();
    return Math.abs((long) value.precision() - value.scale()) <= MAX_EXPONENT
        && Math.abs((long) value.scale()) <= MAX_EXPONENT;
  }

  private static boolean is(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean pair =
          Character.isHighSurrogate(c)
              && i + 1 < text.length()
              && Character.isLowSurrogate(text.charAt(i + 1));
      if (c == 0 || (Character.isSurrogate(c) && !pair)) {
        return false;
      }
      i += pair ? 1 : 0;
    }
    return true;
  }
}
