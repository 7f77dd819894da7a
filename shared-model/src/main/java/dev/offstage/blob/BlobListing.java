package dev.offstage.blob;

import java.io.IOException;
import java.util.List;

/** Goes through the blobs of a store, some at a time. For one thread. */
public interface BlobListing {

  /**
   * @param limit how many at most
   * @return the next ones; none once there are no more
   */
  List<StoredBlob> next(int limit) throws IOException;
}
