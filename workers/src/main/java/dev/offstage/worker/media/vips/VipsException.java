package dev.offstage.worker.media.vips;

/**
 * libvips refused. The message is libvips' own: it may mix in what another thread's image did
 * wrong, since libvips has one error buffer a process, so it is for logs and never for clients.
 */
public final class VipsException extends Exception {
  private final boolean outOfMemory;

  VipsException(String message, boolean outOfMemory) {
    super(message);
    this.outOfMemory = outOfMemory;
  }

  /**
   * Whether memory ran out, here or at the same moment in another thread: not the image's fault.
   */
  public boolean outOfMemory() {
    return outOfMemory;
  }
}
