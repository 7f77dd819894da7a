package dev.offstage.ingest.upload.tus;

import dev.offstage.ingest.upload.Checksum;
import dev.offstage.ingest.upload.Chunk;
import dev.offstage.ingest.upload.NewUpload;
import dev.offstage.ingest.upload.UploadMetadata;
import dev.offstage.problem.FieldProblem;
import dev.offstage.problem.ProblemException;
import dev.offstage.problem.ProblemType;
import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The headers of a request, as what they mean. Everything unexpected is refused by its name. */
final class TusRequest {
  private static final String CHUNK_TYPE = "application/offset+octet-stream";
  private static final int MAX_METADATA = 4096;
  private static final Pattern DIGITS = Pattern.compile("[0-9]+");
  private static final Pattern UPLOAD_URL =
      Pattern.compile("(?:https?://[^/, ]+)?(?:/[\\w.~-]+)*/?files/([0-9a-f-]{36})/?");

  private static final ProblemType HEADER = ProblemType.of(400, "invalid-header", "Invalid header");
  private static final ProblemType CONTENT_TYPE =
      ProblemType.of(415, "unsupported-media-type", "Unsupported media type");

  private final HttpServletRequest request;

  TusRequest(HttpServletRequest request) {
    this.request = request;
  }

  /** Null where the header is absent or empty. */
  private @Nullable String header(String name) {
    var values = Collections.list(request.getHeaders(name));
    if (values.size() > 1) {
      throw invalid(name, "given " + values.size() + " times", "once");
    }
    return values.isEmpty() || values.getFirst().isBlank() ? null : values.getFirst().strip();
  }

  private static ProblemException invalid(String name, String value, String expected) {
    var shown = value.length() > 100 ? value.substring(0, 100) + "…" : value;
    var detail = shown + " (expected: " + expected + ")";
    return HEADER.because(name + ": " + detail).errors(List.of(new FieldProblem(name, detail)));
  }

  /** A count of bytes; one that no long can hold counts as the greatest that it can. */
  private @Nullable Long count(String name) {
    var text = header(name);
    if (text == null) {
      return null;
    }
    if (!DIGITS.matcher(text).matches()) {
      throw invalid(name, text, "a whole number, not negative");
    }
    var significant = text.replaceFirst("^0+(?=.)", "");
    return significant.length() > 18 ? Long.MAX_VALUE : Long.parseLong(significant);
  }

  /** The upload that a creation asks for. */
  NewUpload newUpload() {
    var length = count("Upload-Length");
    var deferred = header("Upload-Defer-Length");
    var concat = header("Upload-Concat");
    if (deferred != null && !deferred.equals("1")) {
      throw invalid("Upload-Defer-Length", deferred, "1");
    }
    boolean concatenation = concat != null && concat.startsWith("final");
    if (concat != null && !concatenation && !concat.equals("partial")) {
      throw invalid("Upload-Concat", concat, "partial, or final; and the partial uploads' URLs");
    }
    if (concatenation && (length != null || deferred != null)) {
      throw invalid("Upload-Length", "given", "none, since the parts decide");
    }
    if (!concatenation && (length == null) == (deferred == null)) {
      throw invalid(
          "Upload-Length",
          length == null ? "none" : String.valueOf(length),
          "either a length or Upload-Defer-Length: 1");
    }
    return new NewUpload(length, metadata(), concat);
  }

  private @Nullable String metadata() {
    var text = header("Upload-Metadata");
    if (text == null) {
      return null;
    }
    if (text.length() > MAX_METADATA) {
      throw invalid("Upload-Metadata", text.length() + " bytes", "at most " + MAX_METADATA);
    }
    if (UploadMetadata.parse(text).isEmpty()) {
      throw invalid("Upload-Metadata", text, "key base64,key base64 with no key twice");
    }
    return text;
  }

  /**
   * The ids in {@code final;/files/a https://host/files/b}: any URL of ours, whatever host a proxy
   * gave it.
   */
  static List<UUID> parts(String concat) {
    var list = concat.startsWith("final;") ? concat.substring("final;".length()).strip() : "";
    var ids = new ArrayList<UUID>();
    for (var url : list.split(" +", -1)) {
      var match = UPLOAD_URL.matcher(url);
      if (!match.matches()) {
        throw invalid("Upload-Concat", concat, "final; and the partial uploads' URLs");
      }
      ids.add(id(match.group(1)));
    }
    return ids;
  }

  /** What is no id at all is the id of no upload. */
  static UUID id(String text) {
    try {
      var id = UUID.fromString(text);
      if (id.toString().equals(text)) {
        return id;
      }
    } catch (IllegalArgumentException e) {
      throw noSuchUpload();
    }
    throw noSuchUpload();
  }

  private static ProblemException noSuchUpload() {
    return ProblemType.NOT_FOUND.because("There is no such upload.");
  }

  boolean hasBody() {
    return request.getContentLengthLong() > 0 || request.getHeader("Transfer-Encoding") != null;
  }

  /** -1 if the client does not say. */
  long bodySize() {
    return hasBody() ? request.getContentLengthLong() : 0;
  }

  /** The chunk that a PATCH carries. */
  Chunk chunk() {
    requireChunkType();
    var offset = count("Upload-Offset");
    if (offset == null) {
      throw invalid("Upload-Offset", "none", "where the bytes belong");
    }
    return new Chunk(offset, bodySize(), count("Upload-Length"), checksum());
  }

  /** The chunk that a creation carries. */
  Chunk firstChunk() {
    requireChunkType();
    return new Chunk(0, bodySize(), null, checksum());
  }

  private void requireChunkType() {
    var type = request.getContentType();
    var bare = type == null ? "none" : type.replaceFirst(";.*", "").strip();
    if (!bare.equalsIgnoreCase(CHUNK_TYPE)) {
      throw CONTENT_TYPE
          .because("Content-Type: " + bare + " (expected: " + CHUNK_TYPE + ")")
          .header(request.getMethod().equals("PATCH") ? "Accept-Patch" : "Accept-Post", CHUNK_TYPE);
    }
  }

  private @Nullable Checksum checksum() {
    var text = header("Upload-Checksum");
    if (text == null) {
      return null;
    }
    var words = text.split(" ", -1);
    var algorithm = Checksum.Algorithm.of(words[0]);
    if (algorithm.isEmpty() || words.length != 2) {
      throw invalid("Upload-Checksum", text, "sha1 or sha256, a space and a digest in base64");
    }
    return Checksum.of(algorithm.get(), words[1])
        .orElseThrow(() -> invalid("Upload-Checksum", text, "a " + words[0] + " digest in base64"));
  }
}
