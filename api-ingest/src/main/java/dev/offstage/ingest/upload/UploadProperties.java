package dev.offstage.ingest.upload;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What may be uploaded.
 *
 * @param maxSize of one upload
 * @param expiresAfter how long after its latest bytes an upload may still be resumed, and how long
 *     a finished one still answers
 * @param maxOpen unfinished uploads that a tenant may have at a time
 * @param tenants limits of single tenants, by their ids
 */
@ConfigurationProperties("offstage.upload")
public record UploadProperties(
    @DefaultValue("5GB") DataSize maxSize,
    @DefaultValue("24h") Duration expiresAfter,
    @DefaultValue("1000") int maxOpen,
    @DefaultValue Map<String, Tenant> tenants) {

  /**
   * @param maxSize of one upload; the general one if absent
   * @param types the only media types that the tenant takes, by the bytes, not by what the client
   *     says; {@code image/*} takes a family. All if absent
   */
  public record Tenant(@Nullable DataSize maxSize, @Nullable Set<String> types) {
    private static final Pattern TYPE = Pattern.compile("[a-z]+/(\\*|[a-z0-9][a-z0-9.+-]*)");

    public Tenant {
      if (maxSize != null) {
        requirePositive("offstage.upload.tenants.*.max-size", maxSize);
      }
      for (var type : types == null ? Set.<String>of() : types) {
        if (!TYPE.matcher(type).matches()) {
          throw new IllegalArgumentException(
              "offstage.upload.tenants.*.types: "
                  + type
                  + " (expected: such as image/jpeg or image/*)");
        }
      }
    }
  }

  /**
   * @throws IllegalArgumentException naming the property, its value and what was expected
   */
  public UploadProperties {
    requirePositive("offstage.upload.max-size", maxSize);
    if (!expiresAfter.isPositive()) {
      throw new IllegalArgumentException(
          "offstage.upload.expires-after: " + expiresAfter + " (expected: > 0)");
    }
    if (maxOpen < 1) {
      throw new IllegalArgumentException(
          "offstage.upload.max-open: " + maxOpen + " (expected: > 0)");
    }
  }

  private static void requirePositive(String property, DataSize size) {
    if (size.toBytes() < 1) {
      throw new IllegalArgumentException(property + ": " + size + " (expected: > 0)");
    }
  }

  long maxSizeOf(String tenant) {
    var own = tenants.get(tenant);
    return (own == null || own.maxSize() == null ? maxSize : own.maxSize()).toBytes();
  }

  boolean restrictsTypesOf(String tenant) {
    var own = tenants.get(tenant);
    return own != null && own.types() != null;
  }

  boolean allows(String tenant, String type) {
    var own = tenants.get(tenant);
    return own == null
        || own.types() == null
        || own.types().contains(type)
        || own.types().contains(type.replaceFirst("/.*", "/*"));
  }
}
