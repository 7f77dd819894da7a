package dev.offstage.scheduler.console;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The operators' port.
 *
 * @param port never the public one; 0 for any free one
 * @param address that it listens on. Passwords pass here: beyond loopback, only behind something
 *     that speaks TLS
 * @param idle after how long without a request one who logged in is logged out
 * @param longest after how long in any case
 */
@ConfigurationProperties("offstage.console")
public record ConsoleProperties(
    @DefaultValue("8084") int port,
    @DefaultValue("127.0.0.1") String address,
    @DefaultValue("1h") Duration idle,
    @DefaultValue("12h") Duration longest) {

  public ConsoleProperties {
    require(port >= 0 && port <= 65_535, "port", port, "0 to 65535");
    require(!address.isBlank(), "address", address, "an address of this machine");
    require(idle.isPositive(), "idle", idle, "> 0s");
    require(longest.compareTo(idle) >= 0, "longest", longest, "at least idle, " + idle);
  }

  private static void require(boolean holds, String name, Object value, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(
          "offstage.console.%s: %s (expected: %s)".formatted(name, value, expected));
    }
  }
}
