package dev.offstage.bench.events;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;

/** Batches of 100 events as a phone sends them: of one device, user and session. */
final class Body {
  static final int EVENTS = 100;

  private static final AtomicLong NEXT = new AtomicLong(System.nanoTime());
  private static final int USERS = 20_000;

  private static final String EVENT =
      """
      {"type":"track","event":"%s","userId":"user-%d","anonymousId":"anonymous-%d",\
      "messageId":"bench-%d-%d","timestamp":"2000-01-01T00:00:%02d.%03dZ",\
      "properties":{"price":%d.50,"currency":"CHF","sku":"sku-%d","quantity":%d,"listed":true},\
      "context":{"app":{"name":"Shop","version":"4.%d.0","build":"412"},\
      "device":{"id":"device-%d","manufacturer":"Apple","model":"iPhone18,1","type":"ios"},\
      "library":{"name":"analytics-swift","version":"1.9.0"},"locale":"de-CH",\
      "network":{"cellular":false,"wifi":true},"os":{"name":"iOS","version":"26.1"},\
      "screen":{"height":852,"width":393},"timezone":"Europe/Zurich","sessionId":"session-%d"},\
      "integrations":{}}\
      """;

  private static final String[] NAMES = {
    "Product Viewed", "Product Added", "Checkout Started", "Order Completed", "Screen Opened"
  };

  private Body() {}

  /** One that was not made before. */
  static byte[] next() {
    long batch = NEXT.incrementAndGet();
    int user = Math.floorMod(batch * 7_919, USERS);
    var text = new StringBuilder(60_000).append("{\"batch\":[");
    for (int i = 0; i < EVENTS; i++) {
      text.append(i == 0 ? "" : ",")
          .append(
              EVENT.formatted(
                  NAMES[i % NAMES.length],
                  user,
                  user,
                  batch,
                  i,
                  i / 2,
                  i,
                  i,
                  i,
                  i % 5,
                  user % 7,
                  user,
                  batch));
    }
    return text.append("],\"sentAt\":\"2000-01-01T00:01:00.000Z\"}")
        .toString()
        .getBytes(StandardCharsets.UTF_8);
  }
}
