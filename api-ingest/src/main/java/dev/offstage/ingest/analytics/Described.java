package dev.offstage.ingest.analytics;

import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Schema;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;

/** What the questions have in common, as OpenAPI tells it. */
final class Described {
  private Described() {}

  /** What {@link Range#read} reads. */
  @Target(ElementType.METHOD)
  @Retention(RetentionPolicy.RUNTIME)
  @Parameter(
      name = "from",
      in = ParameterIn.QUERY,
      description = "A date, or a time at a quarter of an hour",
      schema = @Schema(type = "string"))
  @Parameter(
      name = "to",
      in = ParameterIn.QUERY,
      description = "Likewise, excluded; by default the end of today",
      schema = @Schema(type = "string"))
  @Parameter(
      name = "zone",
      in = ParameterIn.QUERY,
      description = "Where days begin, such as Europe/Berlin",
      schema = @Schema(type = "string", defaultValue = "UTC"))
  @Parameter(
      name = "app",
      in = ParameterIn.QUERY,
      description = "One app's only",
      schema = @Schema(type = "string"))
  @interface Ranged {}

  /** What {@link Filter#read} reads besides the app. */
  @Target(ElementType.METHOD)
  @Retention(RetentionPolicy.RUNTIME)
  @Parameter(name = "event", in = ParameterIn.QUERY, schema = @Schema(type = "string"))
  @Parameter(
      name = "type",
      in = ParameterIn.QUERY,
      schema =
          @Schema(
              type = "string",
              allowableValues = {"track", "identify", "screen", "page", "group", "alias"}))
  @Parameter(name = "platform", in = ParameterIn.QUERY, schema = @Schema(type = "string"))
  @Parameter(name = "appVersion", in = ParameterIn.QUERY, schema = @Schema(type = "string"))
  @interface Filtered {}

  static <T> ResponseEntity<T> answer(T body) {
    return ResponseEntity.ok().cacheControl(CacheControl.noCache().cachePrivate()).body(body);
  }
}
