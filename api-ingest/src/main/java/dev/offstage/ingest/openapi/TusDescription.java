package dev.offstage.ingest.openapi;

import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.headers.Header;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.oas.models.parameters.RequestBody;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import java.util.List;
import org.springdoc.core.customizers.OpenApiCustomizer;

/**
 * Describes tus 1.0.0 (https://tus.io/protocols/resumable-upload) as far as OpenAPI can: the
 * protocol lives in headers, which controllers read by hand.
 */
final class TusDescription implements OpenApiCustomizer {
  private static final String CHUNK = "application/offset+octet-stream";
  private static final List<String> RESULT_HEADERS =
      List.of("Upload-Offset", "Upload-Expires", "Offstage-Asset", "Offstage-Job");

  @Override
  public void customise(OpenAPI api) {
    if (api.getPaths().get("/files") == null) {
      return;
    }
    api.getPaths().remove("/files/"); // the same, for clients that add a slash
    api.getPaths().addPathItem("/files", files());
    api.getPaths().addPathItem("/files/{id}", file());
  }

  private static PathItem files() {
    return new PathItem()
        .options(options())
        .post(
            operation("Begins an upload", "createUpload")
                .parameters(
                    List.of(
                        resumable(),
                        header("Upload-Length", false),
                        header("Upload-Defer-Length", false),
                        header("Upload-Metadata", false),
                        header("Upload-Concat", false),
                        header("Upload-Checksum", false)))
                .requestBody(chunk(false))
                .responses(answer("201", "Begun", withLocation())));
  }

  private static PathItem file() {
    return new PathItem()
        .head(
            operation("Tells how much has arrived", "getUpload")
                .parameters(List.of(id(), resumable()))
                .responses(answer("200", "As it stands", RESULT_HEADERS)))
        .patch(
            operation("Goes on with an upload", "appendToUpload")
                .parameters(
                    List.of(
                        id(),
                        resumable(),
                        header("Upload-Offset", true),
                        header("Upload-Checksum", false)))
                .requestBody(chunk(true))
                .responses(answer("204", "Kept", RESULT_HEADERS)))
        .delete(
            operation("Ends an upload", "deleteUpload")
                .parameters(List.of(id(), resumable()))
                .responses(answer("204", "Gone", List.of())))
        .options(options().operationId("getUploadCapabilities").addParametersItem(id()));
  }

  private static Operation options() {
    return operation("Tells what the server can", "getCapabilities")
        .responses(
            answer(
                "204",
                "Capabilities",
                List.of("Tus-Version", "Tus-Extension", "Tus-Max-Size", "Tus-Checksum-Algorithm")));
  }

  private static List<String> withLocation() {
    return List.of("Location", "Upload-Offset", "Upload-Expires", "Offstage-Asset", "Offstage-Job");
  }

  private static Operation operation(String summary, String id) {
    return new Operation().summary(summary).operationId(id).addTagsItem("Uploads (tus 1.0.0)");
  }

  private static Parameter id() {
    return new Parameter().name("id").in("path").required(true).schema(text());
  }

  private static Parameter resumable() {
    var version = text();
    version.addEnumItemObject("1.0.0");
    return new Parameter().name("Tus-Resumable").in("header").required(true).schema(version);
  }

  private static Parameter header(String name, boolean required) {
    return new Parameter().name(name).in("header").required(required).schema(text());
  }

  private static RequestBody chunk(boolean required) {
    return new RequestBody()
        .required(required)
        .content(new Content().addMediaType(CHUNK, new MediaType()));
  }

  private static ApiResponses answer(String status, String description, List<String> headers) {
    var response = new ApiResponse().description(description);
    headers.forEach(name -> response.addHeaderObject(name, new Header().schema(text())));
    return new ApiResponses().addApiResponse(status, response);
  }

  private static JsonSchema text() {
    var schema = new JsonSchema();
    schema.addType("string");
    return schema;
  }
}
