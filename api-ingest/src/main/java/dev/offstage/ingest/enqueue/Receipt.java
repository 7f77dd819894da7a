package dev.offstage.ingest.enqueue;

/**
 * What an app calls an item of its own outbox: it may delete the item once a receipt has come back
 * as durable.
 *
 * @param install of the app on the device
 * @param seq of the item, within the install
 */
record Receipt(String install, long seq) {
  static final String EXPECTED = "{install, seq}";

  /**
   * @throws IllegalArgumentException saying what was expected
   */
  Receipt {
    if (!install.matches("[A-Za-z0-9._-]{1,100}")) {
      throw new IllegalArgumentException(
          "install: " + install + " (expected: 1 to 100 of A-Z a-z 0-9 . _ -)");
    }
  }
}
