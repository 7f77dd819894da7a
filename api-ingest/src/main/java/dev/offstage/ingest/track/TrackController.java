package dev.offstage.ingest.track;

import dev.offstage.event.EventType;
import io.swagger.v3.oas.annotations.Hidden;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * The routes of Segment's tracking API, the long ones of servers and the short ones of browsers and
 * phones. Their bodies are JSON whatever the Content-Type says, gzipped or not.
 */
@RestController
@Tag(name = "Events", description = "Segment's tracking API: point its SDKs here.")
class TrackController {
  private static final Success SUCCESS = new Success(true);

  private final Intake intake;

  TrackController(Intake intake) {
    this.intake = intake;
  }

  /** Anything else makes some SDKs send again. */
  record Success(boolean success) {}

  @PostMapping(
      path = {"/v1/track", "/v1/t"},
      produces = MediaType.APPLICATION_JSON_VALUE)
  Success track(HttpServletRequest request) {
    return take(request, EventType.TRACK);
  }

  @PostMapping(
      path = {"/v1/identify", "/v1/i"},
      produces = MediaType.APPLICATION_JSON_VALUE)
  Success identify(HttpServletRequest request) {
    return take(request, EventType.IDENTIFY);
  }

  @PostMapping(
      path = {"/v1/screen", "/v1/s"},
      produces = MediaType.APPLICATION_JSON_VALUE)
  Success screen(HttpServletRequest request) {
    return take(request, EventType.SCREEN);
  }

  @PostMapping(
      path = {"/v1/page", "/v1/p"},
      produces = MediaType.APPLICATION_JSON_VALUE)
  Success page(HttpServletRequest request) {
    return take(request, EventType.PAGE);
  }

  @PostMapping(
      path = {"/v1/group", "/v1/g"},
      produces = MediaType.APPLICATION_JSON_VALUE)
  Success group(HttpServletRequest request) {
    return take(request, EventType.GROUP);
  }

  @PostMapping(
      path = {"/v1/alias", "/v1/a"},
      produces = MediaType.APPLICATION_JSON_VALUE)
  Success alias(HttpServletRequest request) {
    return take(request, EventType.ALIAS);
  }

  @PostMapping(
      path = {"/v1/batch", "/v1/b", "/v1/import"},
      produces = MediaType.APPLICATION_JSON_VALUE)
  Success batch(HttpServletRequest request) {
    intake.take(request, null);
    return SUCCESS;
  }

  /** The Java SDK ends its path with a slash. */
  @Hidden
  @PostMapping(path = "/v1/import/", produces = MediaType.APPLICATION_JSON_VALUE)
  Success batchWithSlash(HttpServletRequest request) {
    return batch(request);
  }

  /** What SDKs count of themselves, which nobody here reads. */
  @PostMapping(path = "/v1/m", produces = MediaType.APPLICATION_JSON_VALUE)
  Success metrics(HttpServletRequest request) {
    intake.drop(request);
    return SUCCESS;
  }

  private Success take(HttpServletRequest request, EventType type) {
    intake.take(request, type);
    return SUCCESS;
  }
}
