package dev.offstage.ingest.asset;

import dev.offstage.problem.ProblemException;
import dev.offstage.problem.ProblemType;
import java.util.UUID;

/** Reads an asset's id from a path. */
final class AssetIds {
  private AssetIds() {}

  /**
   * @throws ProblemException 404 for what is no id in its canonical form: two spellings of one URL
   *     would be two things to a cache
   */
  static UUID of(String text) {
    try {
      var id = UUID.fromString(text);
      if (id.toString().equals(text)) {
        return id;
      }
    } catch (IllegalArgumentException e) {
      throw missing();
    }
    throw missing();
  }

  static ProblemException missing() {
    return ProblemType.NOT_FOUND.because("There is no such asset.");
  }
}
