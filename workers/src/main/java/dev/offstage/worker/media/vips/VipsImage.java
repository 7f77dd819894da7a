package dev.offstage.worker.media.vips;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * An image of libvips: a header, and a promise of pixels that may be found broken only when they
 * are asked for. For one thread. Closing it frees what only it holds.
 */
public final class VipsImage implements AutoCloseable {
  static final int SIZE_DOWN = 2;
  static final int SRGB = 22;
  private static final int CMYK = 15;
  private static final int FORMAT_UCHAR = 0;
  private static final int AV1 = 4;

  private final Vips vips;
  private final MemorySegment pointer;
  private boolean closed;

  VipsImage(Vips vips, MemorySegment pointer) {
    this.vips = vips;
    this.pointer = pointer;
  }

  MemorySegment pointer() {
    if (closed) {
      throw new IllegalStateException("image is closed");
    }
    return pointer;
  }

  public int width() {
    return get("vips_image_get_width");
  }

  public int height() {
    return get("vips_image_get_height");
  }

  public int bands() {
    return get("vips_image_get_bands");
  }

  public boolean hasAlpha() {
    return get("vips_image_hasalpha") != 0;
  }

  /** Whether the picture lies on its side: orientations 5 to 8 of EXIF. */
  public boolean isTurned() {
    return get("vips_image_get_orientation") >= 5;
  }

  private int get(String function) {
    return vips.library().callInt(function, pointer());
  }

  /** Shrinks to fit a square of {@code longEdge} pixels; never enlarges. */
  public VipsImage toFit(int longEdge) throws VipsException {
    return vips.make(
        "vips_thumbnail_image",
        3,
        out -> new Object[] {pointer(), out, longEdge, "height", longEdge, "size", SIZE_DOWN});
  }

  /** The same picture in 8-bit sRGB: three channels, or four with alpha. */
  public VipsImage toSrgb() throws VipsException {
    boolean profiled =
        vips.library().callLong("vips_image_get_typeof", pointer(), "icc-profile-data") != 0;
    boolean cmyk = get("vips_image_get_interpretation") == CMYK;
    if (profiled || cmyk) {
      try {
        return fromProfile(cmyk ? "cmyk" : "srgb");
      } catch (VipsException e) {
        // A profile that does not fit the pixels (sRGB's on a grey picture, say) is as good as
        // none.
        if (cmyk || e.outOfMemory()) {
          throw e;
        }
      }
    }
    try (var srgb = vips.make("vips_colourspace", 3, out -> new Object[] {pointer(), out, SRGB})) {
      return vips.make("vips_cast", 3, out -> new Object[] {srgb.pointer(), out, FORMAT_UCHAR});
    }
  }

  private VipsImage fromProfile(String otherwise) throws VipsException {
    return vips.make(
        "vips_icc_transform",
        3,
        out -> new Object[] {pointer(), out, "srgb", "embedded", 1, "input_profile", otherwise});
  }

  /**
   * Decodes and keeps the pixels alone: nothing of the file that they came from is left, neither
   * metadata nor profile. Savers cannot be trusted to strip: libvips 8.14 keeps GPS in WebP.
   */
  public VipsImage pixelsOnly() throws VipsException {
    return withPixels(pixels -> vips.fromPixels(pixels, width(), height(), bands()));
  }

  /** The pixels, interleaved, row by row. */
  public byte[] pixels() throws VipsException {
    return withPixels(pixels -> pixels.toArray(JAVA_BYTE));
  }

  private interface PixelUse<T> {
    T of(MemorySegment pixels) throws VipsException;
  }

  private <T> T withPixels(PixelUse<T> use) throws VipsException {
    long before = vips.exhaustionsSoFar();
    try (var arena = Arena.ofConfined()) {
      var size = arena.allocate(JAVA_LONG);
      var made = vips.library().callPointer("vips_image_write_to_memory", pointer(), size);
      if (made.equals(MemorySegment.NULL)) {
        throw vips.failure(before);
      }
      try {
        return use.of(made.reinterpret(size.get(JAVA_LONG, 0)));
      } finally {
        vips.library().callVoid("g_free", made);
      }
    }
  }

  /** Lays the picture on white; one without alpha stays as it is. The caller closes the result. */
  public VipsImage onWhite() throws VipsException {
    if (!hasAlpha()) {
      return vips.make("vips_copy", 2, out -> new Object[] {pointer(), out});
    }
    try (var arena = Arena.ofConfined()) {
      var white = arena.allocateFrom(JAVA_DOUBLE, 255, 255, 255);
      var background = vips.library().callPointer("vips_array_double_new", white, 3);
      try {
        return vips.make(
            "vips_flatten", 2, out -> new Object[] {pointer(), out, "background", background});
      } finally {
        vips.library().callVoid("vips_area_unref", background);
      }
    }
  }

  /** A baseline JPEG; alpha is laid on white. */
  public byte[] toJpeg(int quality) throws VipsException {
    try (var opaque = onWhite()) {
      return vips.makeBytes(
          "vips_jpegsave_buffer",
          (address, size) ->
              new Object[] {opaque.pointer(), address, size, "Q", quality, "strip", 1});
    }
  }

  /** A lossy WebP, with alpha if there is any. */
  public byte[] toWebp(int quality, int effort) throws VipsException {
    return WebpContainer.withoutMetadata(
        vips.makeBytes(
            "vips_webpsave_buffer",
            (address, size) ->
                new Object[] {
                  pointer(), address, size, "Q", quality, "effort", effort, "strip", 1
                }));
  }

  /** An AVIF, with alpha if there is any. */
  public byte[] toAvif(int quality, int effort) throws VipsException {
    return vips.makeBytes(
        "vips_heifsave_buffer",
        (address, size) ->
            new Object[] {
              pointer(),
              address,
              size,
              "Q",
              quality,
              "compression",
              AV1,
              "effort",
              effort,
              "strip",
              1
            });
  }

  /** A PNG, with alpha if there is any. */
  public byte[] toPng() throws VipsException {
    return vips.makeBytes(
        "vips_pngsave_buffer",
        (address, size) -> new Object[] {pointer(), address, size, "strip", 1});
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      vips.library().callVoid("g_object_unref", pointer);
    }
  }
}
