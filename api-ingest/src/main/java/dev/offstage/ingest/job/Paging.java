package dev.offstage.ingest.job;

import dev.offstage.body.Fields;
import dev.offstage.job.JobId;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Schema;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.jspecify.annotations.Nullable;

/**
 * Which page of a list of jobs is meant.
 *
 * @param before where the page before ended; null for the first
 */
public record Paging(@Nullable JobId before, int limit) {
  private static final int DEFAULT_LIMIT = 50;
  private static final int MAX_LIMIT = 200;

  public static final Paging FIRST = new Paging(null, DEFAULT_LIMIT);

  /** The description of what {@link #read} reads. */
  @Target(ElementType.METHOD)
  @Retention(RetentionPolicy.RUNTIME)
  @Parameter(
      name = "cursor",
      in = ParameterIn.QUERY,
      description = "From the page before",
      schema = @Schema(type = "string"))
  @Parameter(
      name = "limit",
      in = ParameterIn.QUERY,
      schema = @Schema(type = "integer", minimum = "1", maximum = "200", defaultValue = "50"))
  public @interface Described {}

  public static Paging read(Fields fields) {
    return new Paging(
        fields.text("cursor", Paging::cursor), fields.whole("limit", 1, MAX_LIMIT, DEFAULT_LIMIT));
  }

  private static JobId cursor(String text) {
    try {
      return JobId.of(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("cursor: not one (expected: from the page before)", e);
    }
  }
}
