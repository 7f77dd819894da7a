package dev.offstage.secret;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The keys that secrets are sealed with. Without any, everything that needs one refuses and says
 * so; the rest works.
 *
 * @param keys each {@code id:base64} of 32 bytes. The first one seals, all open: a new key is put
 *     in front, and the old one taken away after {@code ops/offstage secrets rotate}
 * @param file one such key a line, the first one seals; lines that begin with # say nothing. Read
 *     again when it has changed and something is to be sealed, or when a text comes that was sealed
 *     with a key which is not known yet. Keys of both are used, those of {@code keys} before those
 *     of the file
 */
@ConfigurationProperties("offstage.secrets")
public record SecretProperties(@Nullable List<String> keys, @Nullable Path file) {
  @Override
  public String toString() {
    return "SecretProperties[file=" + file + "]";
  }
}
