package dev.offstage.ingest.auth;

import dev.offstage.event.EventSource;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A write key in force.
 *
 * @param platform that it was made for; null if for any
 * @param rate events a second over all nodes; null for the setting's default
 * @param deny names and paths that the tenant never keeps
 * @param ip what becomes of addresses
 */
public record WriteKey(
    EventSource source,
    @Nullable String platform,
    @Nullable Integer rate,
    Set<String> deny,
    IpPolicy ip) {

  /** What becomes of the address that an event came from. */
  public enum IpPolicy {
    DROP,
    /** Its network only: 24 bits of IPv4, 48 of IPv6. */
    TRUNCATE,
    KEEP
  }
}
