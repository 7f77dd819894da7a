package dev.offstage.ingest.asset;

import dev.offstage.blob.BlobMissingException;
import dev.offstage.blob.BlobStore;
import dev.offstage.ingest.http.ByteRange;
import dev.offstage.ingest.http.EntityTag;
import dev.offstage.problem.ProblemType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.CacheControl;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;

/** Sends a blob, or a range of it (RFC 9110, sections 13 and 14), through one buffer. */
@Component
class Download {
  private static final Logger log = LoggerFactory.getLogger(Download.class);
  private static final int BUFFER = 64 * 1024;

  private final BlobStore blobs;

  Download(BlobStore blobs) {
    this.blobs = blobs;
  }

  /**
   * @param cacheable for how long
   * @throws dev.offstage.problem.ProblemException 416 for a range that lies outside
   */
  void send(
      StoredBytes bytes,
      Duration cacheable,
      HttpServletRequest request,
      HttpServletResponse response)
      throws IOException {
    var tag = tag(bytes);
    response.setHeader(HttpHeaders.ETAG, tag.toString());
    response.setHeader(
        HttpHeaders.CACHE_CONTROL,
        String.valueOf(CacheControl.maxAge(cacheable).cachePublic().immutable().getHeaderValue()));
    if (tag.isNamedBy(request.getHeader(HttpHeaders.IF_NONE_MATCH))) {
      response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
      return;
    }
    var range = ByteRange.of(wantedRange(request, tag), bytes.size());
    if (range == null) {
      refuse(response, bytes.size());
    } else if (request.getMethod().equals("HEAD")) {
      describe(bytes, range, response);
    } else {
      try (var blob = open(bytes)) {
        describe(bytes, range, response);
        copy(blob, range, response);
      }
    }
  }

  private SeekableByteChannel open(StoredBytes bytes) throws IOException {
    try {
      return blobs.read(bytes.key());
    } catch (BlobMissingException e) {
      // Deleted since its row was read.
      log.debug("{}", e.toString());
      throw AssetIds.missing();
    }
  }

  private static @Nullable String wantedRange(HttpServletRequest request, EntityTag tag) {
    var ifRange = request.getHeader(HttpHeaders.IF_RANGE);
    return ifRange == null || ifRange.strip().equals(tag.toString())
        ? request.getHeader(HttpHeaders.RANGE)
        : null;
  }

  private static void refuse(HttpServletResponse response, long size) {
    response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    throw ProblemType.of(416, "range-not-satisfiable", "Range not satisfiable")
        .because("The range lies outside of the %d bytes that there are.".formatted(size))
        .header(HttpHeaders.CONTENT_RANGE, "bytes */" + size);
  }

  private static void describe(StoredBytes bytes, ByteRange range, HttpServletResponse response) {
    response.setContentType(bytes.mediaType().toString());
    response.setContentLengthLong(range.length());
    response.setHeader(HttpHeaders.ACCEPT_RANGES, "bytes");
    response.setHeader("X-Content-Type-Options", "nosniff");
    // Whatever the bytes are, they are not to run as a page of ours.
    response.setHeader("Content-Security-Policy", "default-src 'none'; sandbox");
    response.setHeader("Cross-Origin-Resource-Policy", "cross-origin");
    response.setHeader(HttpHeaders.CONTENT_DISPOSITION, disposition(bytes.filename()));
    if (range.isPart()) {
      response.setStatus(HttpServletResponse.SC_PARTIAL_CONTENT);
      response.setHeader(HttpHeaders.CONTENT_RANGE, range.contentRange());
    }
  }

  private static String disposition(@Nullable String filename) {
    if (filename == null) {
      return "inline";
    }
    var safe = filename.replaceAll("[\\p{Cntrl}/\\\\]", "_");
    return ContentDisposition.attachment()
        .filename(safe, StandardCharsets.UTF_8)
        .build()
        .toString();
  }

  private static void copy(SeekableByteChannel blob, ByteRange range, HttpServletResponse response)
      throws IOException {
    var out = response.getOutputStream();
    var buffer = ByteBuffer.allocate(BUFFER);
    blob.position(range.first());
    long left = range.length();
    while (left > 0) {
      buffer.clear().limit((int) Math.min(buffer.capacity(), left));
      int read = blob.read(buffer);
      if (read < 0) {
        log.error("A blob ended {} bytes early", left);
        throw new IOException("blob ended early");
      }
      out.write(buffer.array(), 0, read);
      left -= read;
    }
  }

  /** A blob is never changed under its key, so the key names its content. */
  private static EntityTag tag(StoredBytes bytes) {
    try {
      var hash =
          MessageDigest.getInstance("SHA-256")
              .digest(bytes.key().path().getBytes(StandardCharsets.UTF_8));
      return new EntityTag(HexFormat.of().formatHex(hash, 0, 12));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
