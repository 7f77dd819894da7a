package dev.offstage.bench.agent;

/** The payload of every job: 100 bytes of JSON that say when the caller had it in hand. */
final class Payload {
  private static final String BEGIN = "{\"at\":";
  private static final String PAD = "x".repeat(100);
  private static final int LENGTH = 100;

  private Payload() {}

  /** One that says now, by the clock that all processes of a machine share. */
  static String now() {
    var text = BEGIN + System.nanoTime() + ",\"pad\":\"";
    return text + PAD.substring(0, LENGTH - text.length() - 2) + "\"}";
  }

  /** What {@link #now} said. */
  static long at(String payload) {
    return Long.parseLong(payload, BEGIN.length(), payload.indexOf(','), 10);
  }
}
