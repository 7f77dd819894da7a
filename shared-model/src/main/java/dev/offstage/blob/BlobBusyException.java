package dev.offstage.blob;

import java.io.IOException;

/** Another appender of the blob is open; try again shortly. */
public final class BlobBusyException extends IOException {
  public BlobBusyException(BlobKey key) {
    super("blob " + key + " is being written by somebody else");
  }
}
