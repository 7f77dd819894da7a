package dev.offstage.ingest.http;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A strong entity tag.
 *
 * @param opaque what stands between the quotes
 */
public record EntityTag(String opaque) {

  /** Whether {@code If-None-Match} names it (RFC 9110, 13.1.2: compared weakly). */
  public boolean isNamedBy(@Nullable String ifNoneMatch) {
    if (ifNoneMatch == null) {
      return false;
    }
    return ifNoneMatch.strip().equals("*")
        || Arrays.stream(ifNoneMatch.split(",", -1))
            .map(String::strip)
            .map(tag -> tag.startsWith("W/") ? tag.substring(2) : tag)
            .anyMatch(toString()::equals);
  }

  /** As it stands in a header. */
  @Override
  public String toString() {
    return "\"" + opaque + "\"";
  }
}
