package dev.offstage.webhook;

import dev.offstage.secret.Secret;
import dev.offstage.secret.SecretPlace;
import dev.offstage.secret.Secrets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Headers of a tenant's own, whose values may be credentials: sealed as one text. */
public final class SealedHeaders {
  private SealedHeaders() {}

  /** Null for none. Neither names nor values hold line breaks. */
  public static @Nullable String seal(
      Secrets secrets, SecretPlace place, Map<String, String> headers) {
    return headers.isEmpty()
        ? null
        : secrets.seal(
            place,
            Secret.of(
                headers.entrySet().stream()
                    .map(header -> header.getKey() + ":" + header.getValue())
                    .collect(Collectors.joining("\n"))));
  }

  public static Map<String, String> open(
      Secrets secrets, SecretPlace place, @Nullable String sealed) {
    var headers = new LinkedHashMap<String, String>();
    if (sealed != null) {
      for (var line : secrets.open(place, sealed).text().split("\n", -1)) {
        int colon = line.indexOf(':');
        headers.put(line.substring(0, colon), line.substring(colon + 1));
      }
    }
    return headers;
  }
}
