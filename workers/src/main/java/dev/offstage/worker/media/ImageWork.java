package dev.offstage.worker.media;

import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The payload of {@code media.image}.
 *
 * @param asset whose original is the photo
 * @param variants what to make; null or empty: all formats of all of the tenant's presets
 */
record ImageWork(UUID asset, @Nullable List<Variant> variants) {

  ImageWork {
    Objects.requireNonNull(asset, "asset: null (expected: an asset's id)");
  }

  /**
   * @param preset a preset's name
   * @param format jpeg, webp, avif or png; one that the preset does not list is made on demand
   */
  record Variant(String preset, String format) {
    Variant {
      Objects.requireNonNull(preset, "preset: null (expected: a preset's name)");
      Objects.requireNonNull(format, "format: null (expected: jpeg, webp, avif or png)");
    }
  }
}
