package dev.offstage.ingest.job;

import dev.offstage.job.Job;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A job's entity tag: its version. */
final class JobTag {
  private JobTag() {}

  static String of(Job job) {
    return "\"" + job.version() + "\"";
  }

  /** Whether {@code If-None-Match} names the job as it is (RFC 9110, 13.1.2; compared weakly). */
  static boolean matches(@Nullable String ifNoneMatch, Job job) {
    if (ifNoneMatch == null) {
      return false;
    }
    return ifNoneMatch.strip().equals("*")
        || Arrays.stream(ifNoneMatch.split(",", -1))
            .map(String::strip)
            .map(tag -> tag.startsWith("W/") ? tag.substring(2) : tag)
            .anyMatch(of(job)::equals);
  }
}
