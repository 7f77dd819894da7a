package dev.offstage.ingest.asset;

import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;

/**
 * A variant that is asked for.
 *
 * @param preset a preset's name; one that there is not discards the job as {@code unknown-preset}
 */
@Schema(name = "VariantWish")
record VariantWish(
    @NotNull(message = "none (expected: a preset's name)")
        @Pattern(
            regexp = "[a-z0-9-]{1,40}",
            message = "not a preset's name (expected: 1 to 40 of a-z, 0-9 and hyphen)")
        String preset,
    @NotNull(message = "none (expected: jpeg, webp, avif or png)")
        @Pattern(
            regexp = "jpeg|webp|avif|png",
            message = "not a format (expected: jpeg, webp, avif or png)")
        String format) {

  boolean isFor(Variant variant) {
    return variant.name().equals(preset) && variant.format().equals(format);
  }
}
