package dev.offstage.scheduler.batch.artifact;

import dev.offstage.blob.BlobKey;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A file that a batch has made.
 *
 * @param run the batch's job instance
 * @param subject whom an archive is about, as a hash
 * @param name as people see it
 * @param rows null where it has none
 * @param sha256 in hexadecimal
 */
public record BatchFile(
    BlobKey blob,
    long run,
    String batch,
    String tenant,
    @Nullable UUID subject,
    String name,
    @Nullable Long rows,
    long bytes,
    String sha256) {}
