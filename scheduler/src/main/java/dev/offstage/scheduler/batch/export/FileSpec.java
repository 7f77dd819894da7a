package dev.offstage.scheduler.batch.export;

import dev.offstage.blob.BlobKey;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * What the files of a slice are like.
 *
 * @param run the job instance
 * @param fileBytes from which size on a file is ended
 * @param spreadsheets whether what a spreadsheet would take for a formula is disarmed
 */
record FileSpec(
    long run, Dataset dataset, Format format, Slice slice, long fileBytes, boolean spreadsheets) {

  static String folder(long run) {
    return "export/" + run + "/";
  }

  BlobKey key(int number) {
    return new BlobKey(
        "%s%s-%s-%05d.%s"
            .formatted(
                folder(run),
                dataset.label(),
                DateTimeFormatter.BASIC_ISO_DATE.format(slice.day()),
                number,
                format.text())
            .toLowerCase(Locale.ROOT));
  }
}
