package dev.offstage.ingest.outbound;

import dev.offstage.body.Bodies;
import dev.offstage.body.Fields;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How long the secret that is replaced signs as well: the optional body of a rotation. */
@Schema(name = "SecretRotation")
public record Overlap(
    @Schema(
            description = "How long the old secret signs as well; 0s if it has leaked",
            example = "24h",
            defaultValue = "24h")
        @Nullable String overlap) {
  private static final Duration DEFAULT = Duration.ofHours(24);
  private static final Duration MOST = Duration.ofDays(30);
  private static final int MAX_BODY = 4 * 1024;

  /**
   * @throws dev.offstage.problem.ProblemException if there is a body that is something else
   */
  public static Duration read(HttpServletRequest request) {
    var body = Bodies.optional(request, MAX_BODY);
    if (body.isEmpty()) {
      return DEFAULT;
    }
    var fields = Fields.of(body.get());
    var overlap = fields.duration("overlap");
    if (overlap != null && (overlap.isNegative() || overlap.compareTo(MOST) > 0)) {
      fields.wrong("overlap", overlap + " (expected: 0s to 30d)");
    }
    fields.noOthers();
    fields.check();
    return overlap == null ? DEFAULT : overlap;
  }
}
