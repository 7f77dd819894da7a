package dev.offstage.ingest.upload;

import dev.offstage.problem.ProblemException;
import dev.offstage.problem.ProblemType;
import java.time.Duration;

/** Why uploads are refused; every protocol answers these. */
final class UploadProblems {
  private static final ProblemType GONE = ProblemType.of(410, "upload-gone", "Upload gone");
  private static final ProblemType BUSY = ProblemType.of(423, "upload-busy", "Upload busy");
  private static final ProblemType TOO_LARGE =
      ProblemType.of(413, "upload-too-large", "Upload too large");
  private static final ProblemType PAST_THE_LENGTH =
      ProblemType.of(413, "past-the-length", "More than the upload's length");
  private static final ProblemType LENGTH =
      ProblemType.of(400, "upload-length", "Contradicting length");
  private static final ProblemType OFFSET =
      ProblemType.of(409, "mismatching-upload-offset", "Offset does not match");
  private static final ProblemType CHECKSUM =
      ProblemType.of(460, "checksum-mismatch", "Checksum does not match");
  private static final ProblemType TYPE =
      ProblemType.of(415, "media-type-not-allowed", "Media type not allowed");
  private static final ProblemType CONCATENATION =
      ProblemType.of(403, "upload-is-concatenation", "Made of parts");
  private static final ProblemType PARTS = ProblemType.of(400, "upload-parts", "Unusable parts");
  private static final ProblemType TOO_MANY =
      ProblemType.of(429, "too-many-open-uploads", "Too many open uploads");
  private static final ProblemType CUT =
      ProblemType.of(503, "upload-interrupted", "Upload interrupted");

  private UploadProblems() {}

  static ProblemException notFound() {
    return ProblemType.NOT_FOUND.because("There is no such upload.");
  }

  static ProblemException gone() {
    return GONE.because("The upload has expired or was terminated. Create a new one.");
  }

  /** What was received until then is kept, so the client goes on from there. */
  static ProblemException superseded() {
    return BUSY.because("A newer request for this upload ended this one. Ask for its offset.")
        .header("Connection", "close");
  }

  static ProblemException busy() {
    return BUSY.because("Another request is writing this upload. Try again shortly.")
        .header("Retry-After", "1");
  }

  static ProblemException stopping() {
    return ProblemType.UNAVAILABLE
        .because("This node stops. What arrived is kept; resume the upload.")
        .header("Connection", "close")
        .retryAfter(Duration.ofSeconds(1));
  }

  /** No 408: tus-js-client gives up for good on it, and goes on after a 503. */
  static ProblemException cut() {
    return CUT.because("The body stalled or broke off. What arrived is kept; resume the upload.")
        .header("Connection", "close")
        .retryAfter(Duration.ofSeconds(1));
  }

  static ProblemException tooLarge(long max) {
    return TOO_LARGE.because("Uploads may have at most " + max + " bytes.").with("maxSize", max);
  }

  static ProblemException pastTheLength(long length) {
    return PAST_THE_LENGTH.because(
        "The body ends past the upload's length of " + length + " bytes.");
  }

  static ProblemException length(String detail) {
    return LENGTH.because(detail);
  }

  static ProblemException offset(long expected, long given) {
    return OFFSET
        .because("The upload's offset is " + expected + ", not " + given + ".")
        .header("Upload-Offset", Long.toString(expected))
        .with("expected-offset", expected)
        .with("provided-offset", given);
  }

  static ProblemException checksum() {
    return CHECKSUM.because("The chunk's bytes do not have the checksum; none of them was kept.");
  }

  static ProblemException type(String type) {
    return TYPE.because("By its bytes this is " + type + ", which is not allowed here.")
        .with("mediaType", type);
  }

  static ProblemException concatenation() {
    return CONCATENATION.because("The upload is made of parts and takes no bytes of its own.");
  }

  static ProblemException parts(String detail) {
    return PARTS.because(detail);
  }

  static ProblemException tooMany(int max) {
    return TOO_MANY
        .because("At most " + max + " unfinished uploads at a time. Finish or delete some.")
        .retryAfter(Duration.ofSeconds(10));
  }
}
