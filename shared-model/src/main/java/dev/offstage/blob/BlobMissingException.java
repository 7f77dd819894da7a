package dev.offstage.blob;

import java.io.IOException;

/** The blob is not there, or is shorter than was promised. */
public final class BlobMissingException extends IOException {
  public BlobMissingException(BlobKey key, String what) {
    super("blob " + key + ": " + what);
  }
}
