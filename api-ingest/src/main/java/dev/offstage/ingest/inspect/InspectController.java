package dev.offstage.ingest.inspect;

import dev.offstage.body.Fields;
import dev.offstage.body.JsonText;
import dev.offstage.ingest.analytics.AnalyticsProperties;
import dev.offstage.ingest.auth.Caller;
import dev.offstage.ingest.live.PolledStreams;
import dev.offstage.ingest.live.PolledStreams.Told;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "Events inspector")
class InspectController {
  private static final int DEFAULT_LIMIT = 50;
  private static final int MAX_LIMIT = 200;
  private static final int MOST_REMEMBERED = 2_000;

  private final Arrivals arrivals;
  private final PolledStreams streams;
  private final AnalyticsProperties properties;

  InspectController(Arrivals arrivals, PolledStreams streams, AnalyticsProperties properties) {
    this.arrivals = arrivals;
    this.streams = streams;
    this.properties = properties;
  }

  /**
   * @param hint the key's first characters
   */
  @Schema(name = "InspectedKey")
  record KeyView(String id, String name, String hint, String app, @Nullable String platform) {}

  @Schema(name = "InspectedKeys")
  record Keys(List<KeyView> keys) {}

  /**
   * An event, or one that was refused.
   *
   * @param kind `event` or `reject`
   * @param reason why it was refused; stable and machine-readable
   * @param detail what was wrong and what was expected
   * @param content its properties or traits; of a reject the whole event, if it could be read
   */
  @Schema(name = "InspectedEvent")
  record ArrivalView(
      String id,
      @Schema(allowableValues = {"event", "reject"}) String kind,
      @Nullable String type,
      @Nullable String name,
      @Nullable String messageId,
      @Nullable String userId,
      @Nullable String anonymousId,
      @Nullable String platform,
      @Nullable String appVersion,
      @Nullable String occurredAt,
      String receivedAt,
      @Nullable String reason,
      @Nullable String detail,
      @Schema(type = "object") @Nullable Object content) {

    private static ArrivalView of(Arrivals.Arrival arrival) {
      return new ArrivalView(
          arrival.id().toString(),
          arrival.reason() == null ? "event" : "reject",
          arrival.type(),
          arrival.name(),
          arrival.messageId(),
          arrival.userId(),
          arrival.anonymousId(),
          arrival.platform(),
          arrival.appVersion(),
          arrival.occurredAt() == null ? null : arrival.occurredAt().toString(),
          arrival.receivedAt().toString(),
          arrival.reason(),
          arrival.detail(),
          arrival.content());
    }
  }

  @Schema(name = "InspectedEvents")
  record Latest(List<ArrivalView> events) {}

  private record Asked(@Nullable UUID key, int limit) {
    private static Asked of(HttpServletRequest request) {
      var fields = Fields.ofQuery(request);
      var key = fields.text("writeKey", Asked::id);
      int limit = fields.whole("limit", 1, MAX_LIMIT, DEFAULT_LIMIT);
      fields.noOthers();
      fields.check();
      return new Asked(key, limit);
    }

    private static UUID id(String text) {
      try {
        return UUID.fromString(text);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "writeKey: "
                + Fields.shown(text)
                + " (expected: the id of a write key, as /v1/inspector/keys tells it)",
            e);
      }
    }
  }

  @Operation(
      operationId = "listInspectedKeys",
      summary = "Lists the write keys whose events can be inspected")
  @GetMapping(path = "/v1/inspector/keys", produces = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<Keys> keys(Caller caller) {
    caller.mustBeServer();
    return answer(
        new Keys(
            arrivals.keys(caller.tenant()).stream()
                .map(
                    each ->
                        new KeyView(
                            each.id().toString(),
                            each.name(),
                            each.hint(),
                            each.app(),
                            each.platform()))
                .toList()));
  }

  @Operation(
      operationId = "inspectEvents",
      summary = "Reads the last events that arrived, and those that were refused",
      description = "The latest first; of one write key, or of all of the tenant's.")
  @Parameter(
      name = "writeKey",
      in = ParameterIn.QUERY,
      description = "Its id",
      schema = @Schema(type = "string", format = "uuid"))
  @Parameter(
      name = "limit",
      in = ParameterIn.QUERY,
      schema = @Schema(type = "integer", minimum = "1", maximum = "200", defaultValue = "50"))
  @GetMapping(path = "/v1/inspector/events", produces = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<Latest> latest(
      Caller caller, @Parameter(hidden = true) HttpServletRequest request) {
    caller.mustBeServer();
    var asked = Asked.of(request);
    return answer(
        new Latest(
            arrivals.latest(caller.tenant(), asked.key(), asked.limit()).stream()
                .map(ArrivalView::of)
                .toList()));
  }

  @Operation(
      operationId = "watchEvents",
      summary = "Tells of events as they arrive",
      description =
          """
          Server-sent events: the last ones at first, the oldest of them first, then what arrives, \
          each as `event` or `reject`. Looks once a second at the last ones; under load it leaves \
          events out.\
          """)
  @Parameter(
      name = "writeKey",
      in = ParameterIn.QUERY,
      description = "Its id",
      schema = @Schema(type = "string", format = "uuid"))
  @Parameter(
      name = "limit",
      in = ParameterIn.QUERY,
      schema = @Schema(type = "integer", minimum = "1", maximum = "200", defaultValue = "50"))
  @ApiResponse(
      responseCode = "200",
      description = "Events",
      content =
          @Content(
              mediaType = MediaType.TEXT_EVENT_STREAM_VALUE,
              schema = @Schema(type = "string")))
  @GetMapping(path = "/v1/inspector/stream", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
  void watch(
      Caller caller,
      @Parameter(hidden = true) HttpServletRequest request,
      HttpServletResponse response)
      throws IOException, InterruptedException {
    caller.mustBeServer();
    var asked = Asked.of(request);
    if (request.getMethod().equals("HEAD")) {
      response.setContentType(MediaType.TEXT_EVENT_STREAM_VALUE);
      return;
    }
    var told = new LinkedHashSet<UUID>();
    streams.write(
        response,
        properties.maxStreams(),
        () -> news(arrivals.latest(caller.tenant(), asked.key(), asked.limit()), told));
  }

  /** What was not told yet, the oldest first. */
  private static List<Told> news(List<Arrivals.Arrival> latest, Set<UUID> told) {
    var news =
        latest.reversed().stream()
            .filter(each -> told.add(each.id()))
            .map(ArrivalView::of)
            .map(view -> new Told(view.kind(), JsonText.MAPPER.writeValueAsString(view)))
            .toList();
    for (var oldest = told.iterator(); told.size() > MOST_REMEMBERED && oldest.hasNext(); ) {
      oldest.next();
      oldest.remove();
    }
    return news;
  }

  private static <T> ResponseEntity<T> answer(T body) {
    return ResponseEntity.ok().cacheControl(CacheControl.noStore()).body(body);
  }
}
