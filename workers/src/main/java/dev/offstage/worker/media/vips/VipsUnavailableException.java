package dev.offstage.worker.media.vips;

/** libvips is not there or cannot be used. The message says why and what would help. */
public final class VipsUnavailableException extends Exception {
  VipsUnavailableException(String message) {
    super(message);
  }
}
