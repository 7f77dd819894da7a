package dev.offstage.worker.media;

import java.util.LinkedHashSet;
import java.util.List;

/** Reads from a payload which variants are wanted, each once. */
final class Wishes {
  private final MediaProperties properties;

  Wishes(MediaProperties properties) {
    this.properties = properties;
  }

  List<WantedVariant> of(ImageWork work, String tenant) throws ImageRefusedException {
    var presets = properties.presetsOf(tenant);
    var wanted = new LinkedHashSet<WantedVariant>();
    if (work.variants() == null || work.variants().isEmpty()) {
      presets.forEach(
          (name, preset) ->
              preset
                  .formats()
                  .forEach(format -> wanted.add(new WantedVariant(name, preset, format))));
      return List.copyOf(wanted);
    }
    for (var wish : work.variants()) {
      var preset = presets.get(wish.preset());
      if (preset == null) {
        throw new ImageRefusedException(
            "unknown-preset",
            "There is no preset %s (expected: one of %s)."
                .formatted(wish.preset(), String.join(", ", presets.keySet())));
      }
      var format =
          VariantFormat.of(wish.format())
              .orElseThrow(
                  () ->
                      new ImageRefusedException(
                          "unknown-format",
                          "There is no format %s (expected: jpeg, webp, avif or png)."
                              .formatted(wish.format())));
      wanted.add(new WantedVariant(wish.preset(), preset, format));
    }
    return List.copyOf(wanted);
  }
}
