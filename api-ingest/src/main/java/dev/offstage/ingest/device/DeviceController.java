package dev.offstage.ingest.device;

import dev.offstage.body.Bodies;
import dev.offstage.body.Fields;
import dev.offstage.ingest.auth.Caller;
import dev.offstage.ingest.enqueue.JobReader;
import dev.offstage.ingest.job.Paging;
import dev.offstage.problem.ProblemException;
import dev.offstage.problem.ProblemType;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "Devices")
class DeviceController {
  private static final ProblemType TOO_MANY_TOPICS =
      ProblemType.of(409, "too-many-topics", "Too many topics");
  private static final int MAX_BODY = 64 * 1024;

  private final DeviceReader reader;
  private final DeviceStore store;
  private final DeviceProperties properties;

  DeviceController(DeviceReader reader, DeviceStore store, DeviceProperties properties) {
    this.reader = reader;
    this.store = store;
    this.properties = properties;
  }

  @Operation(
      operationId = "registerDevice",
      summary = "Registers a device for push notifications, or again",
      description =
          """
          An app calls this at each start: it tells that the token is still its own. A token that \
          another user had is this one's from here on. Of more devices than a user may have, those \
          go that were registered longest ago.\
          """,
      requestBody =
          @RequestBody(
              required = true,
              content =
                  @Content(
                      mediaType = MediaType.APPLICATION_JSON_VALUE,
                      schema = @Schema(implementation = DeviceRequest.class))))
  @ApiResponse(responseCode = "201", description = "Registered")
  @ApiResponse(responseCode = "200", description = "Registered again")
  @PostMapping(
      path = "/v1/devices",
      consumes = MediaType.APPLICATION_JSON_VALUE,
      produces = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<Device> register(
      Caller caller, @Parameter(hidden = true) HttpServletRequest request) {
    var wanted = reader.registration(Bodies.json(request, MAX_BODY), caller);
    var registered = store.register(caller.tenant(), wanted, properties.perUser());
    return ResponseEntity.status(registered.fresh() ? HttpStatus.CREATED : HttpStatus.OK)
        .location(URI.create("/v1/devices/" + registered.device().id()))
        .body(registered.device());
  }

  @Operation(
      operationId = "listDevices",
      summary = "Lists devices, the newest first",
      description = "An end user's token lists its own.")
  @Paging.Described
  @Parameter(
      name = "owner",
      in = ParameterIn.QUERY,
      description = "Of this end user; for a server's key",
      schema = @Schema(type = "string"))
  @GetMapping(path = "/v1/devices", produces = MediaType.APPLICATION_JSON_VALUE)
  DevicePage list(Caller caller, @Parameter(hidden = true) HttpServletRequest request) {
    var fields = Fields.ofQuery(request);
    var paging = Paging.read(fields);
    var owner = caller.owner() == null ? JobReader.owner(fields) : caller.owner();
    fields.noOthers();
    fields.check();
    var before = paging.before();
    var devices =
        store.list(caller.tenant(), owner, before == null ? null : before.value(), paging.limit());
    boolean full = devices.size() == paging.limit();
    return new DevicePage(devices, full ? devices.getLast().id().toString() : null);
  }

  @Operation(operationId = "readDevice", summary = "Reads a device")
  @GetMapping(path = "/v1/devices/{id}", produces = MediaType.APPLICATION_JSON_VALUE)
  Device read(
      @Parameter(schema = @Schema(format = "uuid")) @PathVariable String id, Caller caller) {
    return find(id, caller);
  }

  @Operation(
      operationId = "refreshDevice",
      summary = "Refreshes a device: its token, say",
      requestBody =
          @RequestBody(
              required = true,
              content =
                  @Content(
                      mediaType = MediaType.APPLICATION_JSON_VALUE,
                      schema = @Schema(implementation = DeviceRequest.Change.class))))
  @PatchMapping(
      path = "/v1/devices/{id}",
      consumes = MediaType.APPLICATION_JSON_VALUE,
      produces = MediaType.APPLICATION_JSON_VALUE)
  Device refresh(
      @Parameter(schema = @Schema(format = "uuid")) @PathVariable String id,
      Caller caller,
      @Parameter(hidden = true) HttpServletRequest request) {
    var device = find(id, caller);
    var change = reader.change(Bodies.json(request, MAX_BODY), device);
    return store
        .change(device.id(), caller.tenant(), caller.owner(), change)
        .orElseThrow(DeviceController::missing);
  }

  @Operation(operationId = "unregisterDevice", summary = "Unregisters a device")
  @ApiResponse(responseCode = "204", description = "Gone")
  @DeleteMapping("/v1/devices/{id}")
  ResponseEntity<Void> unregister(
      @Parameter(schema = @Schema(format = "uuid")) @PathVariable String id, Caller caller) {
    if (!store.unregister(uuid(id), caller.tenant(), caller.owner())) {
      throw missing();
    }
    return ResponseEntity.noContent().build();
  }

  @Operation(operationId = "followTopic", summary = "Lets a device follow a topic")
  @ApiResponse(responseCode = "204", description = "It follows it")
  @PutMapping("/v1/devices/{id}/topics/{topic}")
  ResponseEntity<Void> follow(
      @Parameter(schema = @Schema(format = "uuid")) @PathVariable String id,
      @PathVariable String topic,
      Caller caller) {
    if (!DeviceReader.isTopic(topic)) {
      throw ProblemType.INVALID_REQUEST.because(
          "This cannot be a topic (expected: " + DeviceReader.TOPIC + ").");
    }
    var most = properties.topics();
    return switch (store.subscribe(uuid(id), caller.tenant(), caller.owner(), topic, most)) {
      case YES -> ResponseEntity.noContent().build();
      case NO_SUCH_DEVICE -> throw missing();
      case TOO_MANY ->
          throw TOO_MANY_TOPICS.because("The device follows %d topics already.".formatted(most));
    };
  }

  @Operation(operationId = "leaveTopic", summary = "Lets a device follow a topic no more")
  @ApiResponse(responseCode = "204", description = "It does not follow it")
  @DeleteMapping("/v1/devices/{id}/topics/{topic}")
  ResponseEntity<Void> leave(
      @Parameter(schema = @Schema(format = "uuid")) @PathVariable String id,
      @PathVariable String topic,
      Caller caller) {
    if (!store.unsubscribe(uuid(id), caller.tenant(), caller.owner(), topic)) {
      throw missing();
    }
    return ResponseEntity.noContent().build();
  }

  private Device find(String id, Caller caller) {
    return store
        .find(uuid(id), caller.tenant(), caller.owner())
        .orElseThrow(DeviceController::missing);
  }

  private static UUID uuid(String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw missing();
    }
  }

  private static ProblemException missing() {
    return ProblemType.NOT_FOUND.because("There is no such device.");
  }
}
