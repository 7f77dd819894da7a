package dev.offstage.worker.media;

/** A variant to make: a preset, by its name, in a format. */
public record WantedVariant(String name, Preset preset, VariantFormat format) {}
