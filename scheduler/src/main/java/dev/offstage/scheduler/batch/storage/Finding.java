package dev.offstage.scheduler.batch.storage;

import org.jspecify.annotations.Nullable;

/**
 * Something that is not as it should be.
 *
 * @param name the blob's key
 * @param tenant null where no row says whose it is
 * @param bytes of the blob, or as its row has it
 * @param detail for people
 */
record Finding(Kind kind, String name, @Nullable String tenant, long bytes, String detail) {

  enum Kind {
    BLOB_WITHOUT_ROW("blob-without-row"),
    /** Of no family that Offstage writes: left to whoever put it there. */
    BLOB_UNKNOWN("blob-unknown"),
    ASSET_WITHOUT_BLOB("asset-without-blob"),
    VARIANT_WITHOUT_BLOB("variant-without-blob"),
    UPLOAD_WITHOUT_BLOB("upload-without-blob"),
    FILE_WITHOUT_BLOB("file-without-blob");

    private final String text;

    Kind(String text) {
      this.text = text;
    }

    String text() {
      return text;
    }

    static Kind of(String text) {
      for (var kind : values()) {
        if (kind.text.equals(text)) {
          return kind;
        }
      }
      throw new IllegalArgumentException(text);
    }
  }
}
