package dev.offstage.worker.media.vips;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLong;

/**
 * libvips, set up for untrusted bytes. One a process; safe on many threads.
 *
 * <p>An image is opened lazily: {@link #open} reads the header alone, so that a bomb can be refused
 * by its size before anything is decoded.
 */
public final class Vips {
  private static final int OLDEST = 813; // blocking of untrusted loaders came with 8.13

  private final NativeLibrary library;
  private final AtomicLong exhaustions = new AtomicLong();

  private Vips(NativeLibrary library) {
    this.library = library;
  }

  /**
   * Loads and sets up libvips.
   *
   * @param name a path, or a name for the system's loader such as {@code libvips.so.42}
   */
  public static Vips load(String name) throws VipsUnavailableException {
    NativeLibrary library;
    try {
      library = new NativeLibrary(name);
    } catch (IllegalArgumentException e) {
      throw new VipsUnavailableException(name + " not found or not loadable");
    }
    if (!library.has("vips_init") || !library.has("vips_block_untrusted_set")) {
      throw new VipsUnavailableException(name + " is not libvips 8.13 or newer");
    }
    var vips = new Vips(library);
    NativeLog.of(library, "VIPS");
    if (library.callInt("vips_init", "offstage") != 0) {
      throw new VipsUnavailableException(name + " does not start: " + vips.takeErrors());
    }
    if (vips.version() < OLDEST) {
      throw new VipsUnavailableException(name + " is too old (expected: 8.13 or newer)");
    }
    vips.trustOnlyWhatWeNeed();
    return vips;
  }

  /** Major and minor, such as 814. */
  public int version() {
    return library.callInt("vips_version", 0) * 100 + library.callInt("vips_version", 1);
  }

  private void trustOnlyWhatWeNeed() {
    library.callVoid("vips_block_untrusted_set", 1);
    library.callVoid("vips_operation_block_set", "VipsForeignLoad", 1);
    for (var format : new String[] {"Jpeg", "Png", "Webp", "Heif"}) {
      library.callVoid("vips_operation_block_set", "VipsForeignLoad" + format, 0);
    }
    // Nothing is ever asked for twice, and threads are the caller's business: one picture, one
    // core.
    library.callVoid("vips_cache_set_max", 0);
    library.callVoid("vips_concurrency_set", 1);
    // Liborc, which libvips used for vectors until 8.15, frees its code unsafely: threads that
    // close
    // images at once crash the process now and then (lovell/sharp, issue 172).
    if (library.has("vips_vector_set_enabled")) {
      library.callVoid("vips_vector_set_enabled", 0);
    }
  }

  /**
   * Reads the header of an image that lies in {@code bytes}, which must outlive it.
   *
   * @throws VipsException if the bytes are no image of a format that is allowed
   */
  public VipsImage open(NativeBytes bytes) throws VipsException {
    takeErrors(); // some loaders leave words behind although all went well
    long before = exhaustions.get();
    var image =
        library.callPointerWithOptions(
            "vips_image_new_from_buffer", 3, bytes.segment(), bytes.size(), "");
    if (image.equals(MemorySegment.NULL)) {
      throw failure(before);
    }
    return new VipsImage(this, image);
  }

  /**
   * Decodes the image in {@code bytes}, upright, and shrinks it to fit a square of {@code longEdge}
   * pixels; never enlarges it. Much faster than decoding whole where the format allows it.
   *
   * @param bytes must outlive the image
   * @throws VipsException if the bytes are damaged; truncated ones may be found out only when the
   *     image's pixels are asked for
   */
  public VipsImage openToFit(NativeBytes bytes, int longEdge) throws VipsException {
    // libvips' thumbnail ignores an argument `fail_on` and would pass truncated files: it heeds the
    // loader's own option only.
    return make(
        "vips_thumbnail_buffer",
        4,
        out ->
            new Object[] {
              bytes.segment(),
              bytes.size(),
              out,
              longEdge,
              "height",
              longEdge,
              "size",
              VipsImage.SIZE_DOWN,
              "option_string",
              "[fail_on=error]"
            });
  }

  /** A black 8-bit sRGB image without alpha. */
  public VipsImage black(int width, int height) throws VipsException {
    try (var pixels = new NativeBytes((long) width * height * 3)) {
      return fromPixels(pixels.segment(), width, height, 3);
    }
  }

  /** An 8-bit sRGB image of {@code bands} interleaved channels, copied from {@code pixels}. */
  VipsImage fromPixels(MemorySegment pixels, int width, int height, int bands)
      throws VipsException {
    long before = exhaustions.get();
    var raw =
        library.callPointer(
            "vips_image_new_from_memory_copy", pixels, pixels.byteSize(), width, height, bands, 0);
    if (raw.equals(MemorySegment.NULL)) {
      throw failure(before);
    }
    try (var untyped = new VipsImage(this, raw)) {
      return make(
          "vips_copy",
          2,
          out -> new Object[] {untyped.pointer(), out, "interpretation", VipsImage.SRGB});
    }
  }

  /** Frees what libvips keeps for the calling thread. Cheap; call it when done with an image. */
  public void releaseThread() {
    library.callVoid("vips_thread_shutdown");
  }

  /** Bytes of pixels that libvips holds right now, over all threads. */
  public long pixelMemory() {
    return library.callLong("vips_tracked_get_mem");
  }

  NativeLibrary library() {
    return library;
  }

  /** The arguments of an operation, given the pointer that its result goes to. */
  interface Arguments {
    Object[] with(MemorySegment out);
  }

  /** Calls an operation that makes an image. */
  VipsImage make(String operation, int fixed, Arguments arguments) throws VipsException {
    long before = exhaustions.get();
    try (var arena = Arena.ofConfined()) {
      var out = arena.allocate(ADDRESS);
      int status = library.callIntWithOptions(operation, fixed, arguments.with(out));
      if (status != 0) {
        throw failure(before);
      }
      return new VipsImage(this, out.get(ADDRESS, 0));
    }
  }

  /** The arguments of an operation that makes bytes, given where their address and size go. */
  interface BufferArguments {
    Object[] with(MemorySegment address, MemorySegment size);
  }

  /** Calls an operation that makes bytes, copies them and frees libvips' own. */
  byte[] makeBytes(String operation, BufferArguments arguments) throws VipsException {
    long before = exhaustions.get();
    try (var arena = Arena.ofConfined()) {
      var address = arena.allocate(ADDRESS);
      var size = arena.allocate(JAVA_LONG);
      int status = library.callIntWithOptions(operation, 3, arguments.with(address, size));
      if (status != 0) {
        throw failure(before);
      }
      var made = address.get(ADDRESS, 0);
      try {
        return made.reinterpret(size.get(JAVA_LONG, 0)).toArray(JAVA_BYTE);
      } finally {
        library.callVoid("g_free", made);
      }
    }
  }

  /** Taken before a call, given back to {@link #failure} after it. */
  long exhaustionsSoFar() {
    return exhaustions.get();
  }

  VipsException failure(long exhaustionsBefore) {
    var text = takeErrors();
    return new VipsException(
        text.isEmpty() ? "libvips failed without a word" : text,
        exhaustions.get() != exhaustionsBefore);
  }

  // libvips has one error buffer a process: another thread may take the words that are ours, so
  // that
  // memory running out is counted rather than read by whom it hit. Taking and counting are one
  // step.
  private synchronized String takeErrors() {
    var copy = library.callPointer("vips_error_buffer_copy");
    try {
      var text = copy.reinterpret(Long.MAX_VALUE).getString(0).strip();
      if (text.contains("out of memory")) {
        exhaustions.incrementAndGet();
      }
      return text;
    } finally {
      library.callVoid("g_free", copy);
    }
  }
}
