package dev.offstage.ingest.openapi;

import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import java.util.LinkedHashMap;
import java.util.List;
import org.springdoc.core.customizers.OpenApiCustomizer;

/** Describes the one form that every refusal has, on every operation. */
final class ProblemDescription implements OpenApiCustomizer {
  private static final String NAME = "Problem";

  @Override
  public void customise(OpenAPI api) {
    api.getComponents().addSchemas(NAME, problem());
    api.getPaths().values().forEach(item -> item.readOperations().forEach(ProblemDescription::add));
  }

  private static void add(Operation operation) {
    if (operation.getResponses() == null) {
      operation.setResponses(new ApiResponses());
    }
    operation
        .getResponses()
        .addApiResponse(
            "default",
            new ApiResponse()
                .description("A refusal")
                .content(
                    new Content()
                        .addMediaType(
                            "application/problem+json",
                            new MediaType()
                                .schema(new Schema<>().$ref("#/components/schemas/" + NAME)))));
  }

  private static Schema<?> problem() {
    var field = object("One offending part of the request");
    field.addProperty("field", text("A property, parameter or header"));
    field.addProperty("detail", text("Its value, and what was expected"));
    var errors = new JsonSchema();
    errors.addType("array");
    errors.setItems(field);
    var status = new JsonSchema();
    status.addType("integer");
    var type = text("Stable; switch on it");
    type.setFormat("uri");
    var properties = new LinkedHashMap<String, Schema<?>>();
    properties.put("type", type);
    properties.put("title", text("The same for every problem of the type"));
    properties.put("status", status);
    properties.put("detail", text("What was wrong and what was expected"));
    properties.put("instance", text("The request's path"));
    properties.put("errors", errors);
    var problem = object("RFC 9457");
    properties.forEach(problem::addProperty);
    problem.setRequired(List.of("type", "title", "status"));
    return problem;
  }

  private static Schema<?> object(String description) {
    return typed("object", description);
  }

  private static Schema<?> text(String description) {
    return typed("string", description);
  }

  private static Schema<?> typed(String type, String description) {
    var schema = new JsonSchema();
    schema.addType(type);
    schema.setDescription(description);
    return schema;
  }
}
