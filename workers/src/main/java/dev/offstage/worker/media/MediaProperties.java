package dev.offstage.worker.media;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The media pool's configuration.
 *
 * @param libvips the library: a path, or a name for the system's loader
 * @param originals the formats that are read; without one of their codecs a worker takes no image
 *     at all, so name fewer for a libvips that has fewer
 * @param maxBytes of an original; a larger one is refused
 * @param maxPixels of an original; a larger one is refused by its header, before it is decoded
 * @param presets by name, for every tenant without presets of its own; none given: 256, 1024 and
 *     2048
 * @param tenants what differs, by tenant id
 */
@ConfigurationProperties("offstage.media")
record MediaProperties(
    @DefaultValue("libvips.so.42") String libvips,
    @DefaultValue({"jpeg", "png", "webp", "heic", "avif"}) Set<OriginalFormat> originals,
    @DefaultValue("200MB") DataSize maxBytes,
    @DefaultValue("100000000") long maxPixels,
    @DefaultValue Map<String, Preset> presets,
    @DefaultValue Map<String, TenantMedia> tenants) {
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9_-]{0,39}");
  private static final Map<String, Preset> DEFAULT_PRESETS =
      Map.of("256", Preset.of(256), "1024", Preset.of(1024), "2048", Preset.of(2048));

  /**
   * @param presets by name, instead of the common ones
   */
  record TenantMedia(Map<String, Preset> presets) {
    TenantMedia {
      presets = named("offstage.media.tenants.*.presets", presets);
    }
  }

  MediaProperties {
    if (maxBytes.toBytes() < 1 || maxBytes.toBytes() > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "offstage.media.max-bytes: " + maxBytes + " (expected: 1B to 2047MB)");
    }
    if (maxPixels < 1) {
      throw new IllegalArgumentException(
          "offstage.media.max-pixels: " + maxPixels + " (expected: > 0)");
    }
    originals = Set.copyOf(originals);
    presets = presets.isEmpty() ? DEFAULT_PRESETS : named("offstage.media.presets", presets);
    tenants = Map.copyOf(tenants);
  }

  /** The tenant's presets by name; the common ones unless it has its own. */
  Map<String, Preset> presetsOf(String tenant) {
    var own = tenants.get(tenant);
    return own == null || own.presets().isEmpty() ? presets : own.presets();
  }

  // A preset's name becomes part of a blob's key.
  private static Map<String, Preset> named(String property, Map<String, Preset> presets) {
    presets
        .keySet()
        .forEach(
            name -> {
              if (!NAME.matcher(name).matches()) {
                throw new IllegalArgumentException(
                    property + ": " + name + " (expected: a name like " + NAME + ")");
              }
            });
    return new TreeMap<>(presets);
  }
}
