package dev.offstage.blob;

import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where bytes are kept.
 *
 * @param directory of the file system store; created, for its owner only. Several nodes may share
 *     one if its file system keeps POSIX locks and atomic renames
 */
@ConfigurationProperties("offstage.blob")
public record BlobProperties(@DefaultValue("./offstage-blobs") Path directory) {}
