package dev.offstage.event;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What an event tells, in the words of Segment's tracking API. */
public enum EventType {
  TRACK,
  IDENTIFY,
  SCREEN,
  PAGE,
  GROUP,
  ALIAS;

  private final String text = name().toLowerCase(Locale.ROOT);

  /** As clients and tables spell it. */
  public String text() {
    return text;
  }

  /** The type of that spelling. */
  public static Optional<EventType> of(String text) {
    return Arrays.stream(values()).filter(type -> type.text.equals(text)).findFirst();
  }
}
