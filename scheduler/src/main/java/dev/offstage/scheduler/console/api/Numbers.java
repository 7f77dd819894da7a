package dev.offstage.scheduler.console.api;

import java.util.regex.Pattern;

/** Ids in paths that are numbers. */
final class Numbers {
  private static final Pattern FORM = Pattern.compile("\\d{1,18}");

  private Numbers() {}

  static long id(String text, String what) {
    if (!FORM.matcher(text).matches()) {
      throw Acts.missing(what + ": an id is a number");
    }
    return Long.parseLong(text);
  }
}
