package dev.offstage.ingest.analytics;

import dev.offstage.body.JsonText;
import dev.offstage.ingest.auth.Caller;
import dev.offstage.ingest.live.PolledStreams;
import dev.offstage.live.LiveCounts;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** How much is happening now. */
@RestController
@Tag(name = "Analytics")
class LiveController {
  private static final int HOUR = 60;
  private static final int FEW = 5;

  private final PolledStreams streams;
  private final LiveCounts counts;
  private final AnalyticsProperties properties;
  private final InstantSource clock;

  LiveController(
      PolledStreams streams,
      LiveCounts counts,
      AnalyticsProperties properties,
      InstantSource clock) {
    this.streams = streams;
    this.counts = counts;
    this.properties = properties;
    this.clock = clock;
  }

  /** How many events were written, and of how many persons; null while it cannot be told. */
  record Live(
      String at,
      @Nullable Long eventsOfMinute,
      @Nullable Long eventsOfHour,
      @Nullable Long personsOf5Minutes,
      @Nullable Long personsOfHour) {}

  @Operation(
      operationId = "watchCounts",
      summary = "Tells live how many events and persons there are",
      description =
          """
          Server-sent events, one `counts` a second: `eventsOfMinute` (the minute under way), \
          `eventsOfHour`, `personsOf5Minutes`, `personsOfHour`. Counted as events are written, in \
          Redis: persons are told apart to 0.81 %, an anonymous one and whom it signs in as are \
          two, and all of it is null while Redis is away. What is to last is asked of the other \
          questions.\
          """)
  @ApiResponse(
      responseCode = "200",
      description = "Events",
      content =
          @Content(
              mediaType = MediaType.TEXT_EVENT_STREAM_VALUE,
              schema = @Schema(type = "string")))
  @GetMapping(path = "/v1/analytics/live", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
  void live(Caller caller, HttpServletRequest request, HttpServletResponse response)
      throws IOException, InterruptedException {
    caller.mustBeServer();
    if (request.getMethod().equals("HEAD")) {
      response.setContentType(MediaType.TEXT_EVENT_STREAM_VALUE);
      return;
    }
    streams.write(
        response,
        properties.maxStreams(),
        () ->
            List.of(
                new PolledStreams.Told(
                    "counts", JsonText.MAPPER.writeValueAsString(now(caller.tenant())))));
  }

  private Live now(String tenant) {
    var minute = counts.last(tenant, 1);
    var few = counts.last(tenant, FEW);
    var hour = counts.last(tenant, HOUR);
    return new Live(
        clock.instant().toString(),
        minute.map(LiveCounts.Counted::events).orElse(null),
        hour.map(LiveCounts.Counted::events).orElse(null),
        few.map(LiveCounts.Counted::persons).orElse(null),
        hour.map(LiveCounts.Counted::persons).orElse(null));
  }
}
