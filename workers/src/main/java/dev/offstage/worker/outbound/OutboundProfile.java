package dev.offstage.worker.outbound;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The bounds of what this worker sends out.
 *
 * @param connections at once, to all hosts together
 * @param connectionsPerHost at once, to one host and port
 * @param connectTimeout of the connection itself, and again of its TLS handshake; within the call's
 *     own time limit
 * @param idle after which a connection is closed rather than used again
 * @param lookups of names at once; each holds a thread of the operating system. One tenant has at
 *     most a quarter of them
 */
@ConfigurationProperties("offstage.worker.outbound")
public record OutboundProfile(
    @DefaultValue("400") int connections,
    @DefaultValue("64") int connectionsPerHost,
    @DefaultValue("5s") Duration connectTimeout,
    @DefaultValue("20s") Duration idle,
    @DefaultValue("32") int lookups) {
  static final int MAX_HEADERS = 100;
  static final int MAX_HEADER_LINE = 8 * 1024;

  /** What a 2xx may have beyond what is kept of it. */
  static final int MAX_UNKEPT = 1024 * 1024;

  /**
   * @throws IllegalArgumentException naming the property, its value and what was expected
   */
  public OutboundProfile {
    require(connections >= 1 && connections <= 10_000, "connections", connections, "1 to 10000");
    require(
        connectionsPerHost >= 1 && connectionsPerHost <= connections,
        "connections-per-host",
        connectionsPerHost,
        "1 to connections, " + connections);
    require(
        connectTimeout.toMillis() >= 1 && connectTimeout.compareTo(Duration.ofMinutes(1)) <= 0,
        "connect-timeout",
        connectTimeout,
        "1ms to 1m");
    require(!idle.isNegative(), "idle", idle, "not negative");
    require(lookups >= 1 && lookups <= 1_000, "lookups", lookups, "1 to 1000");
  }

  private static void require(boolean holds, String name, Object value, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(
          "offstage.worker.outbound." + name + ": " + value + " (expected: " + expected + ")");
    }
  }
}
