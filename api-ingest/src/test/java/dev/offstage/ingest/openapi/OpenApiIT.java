package dev.offstage.ingest.openapi;

import static dev.offstage.ingest.IngestServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offstage.ingest.Endpoints;
import dev.offstage.ingest.IngestServer;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class OpenApiIT {
  private static final List<String> METHODS =
      List.of("get", "put", "post", "delete", "options", "head", "patch", "trace");
  private static final Pattern VARIABLE = Pattern.compile("\\{([^}]*)}");

  private final IngestServer server = IngestServer.shared();
  private final JsonNode api = json(server.get("/v3/api-docs", ""));

  @Test
  void describesExactlyWhatIsMapped() {
    var mapped =
        Endpoints.of(server).stream()
            // A path with a slash at its end is the one without.
            .filter(e -> !e.path().startsWith("/v3/api-docs") && !e.path().endsWith("/"))
            .map(e -> e.method().name() + " " + e.path())
            .collect(Collectors.toCollection(TreeSet::new));
    var described = new TreeSet<String>();
    operations(
        (path, method, operation) -> described.add(method.toUpperCase(Locale.ROOT) + " " + path));

    assertThat(described).isEqualTo(mapped);
  }

  @Test
  void isOpenApi31() {
    assertThat(api.get("openapi").asString()).startsWith("3.1");
    assertThat(api.get("info").get("title").asString()).isNotBlank();
    assertThat(api.get("info").get("version").asString()).isNotBlank();
    assertThat(api.get("components").get("securitySchemes").get("bearer").get("scheme").asString())
        .isEqualTo("bearer");
  }

  @Test
  void everyReferenceResolves() {
    for (var reference : api.findValuesAsString("$ref")) {
      assertThat(reference).startsWith("#/");
      assertThat(api.at(reference.substring(1)).isMissingNode()).as(reference).isFalse();
    }
  }

  @Test
  void everyOperationSaysWhoMayCallItAndHowItIsRefused() {
    var ids = new HashSet<String>();
    operations(
        (path, method, operation) -> {
          var name = method + " " + path;
          assertThat(ids.add(operation.get("operationId").asString())).as(name).isTrue();
          assertThat(operation.get("security")).as(name).isNotNull();
          assertThat(operation.get("responses").propertyNames()).as(name).contains("default");
          assertThat(operation.get("responses").toString())
              .as(name)
              .contains("application/problem+json", "#/components/schemas/Problem");
          assertThat(operation.get("responses").propertyNames())
              .as(name)
              .anyMatch(status -> status.startsWith("2"));
          assertThat(parameters(operation)).as(name).containsAll(variables(path));
        });
    assertThat(api.at("/paths/~1v1~1jobs~1{id}/get/x-scope").asString()).isEqualTo("jobs:read");
    assertThat(api.at("/paths/~1files~1{id}/patch/security")).isEmpty();
    assertThat(api.at("/components/schemas/Job/properties/startedAt/type").toString())
        .isEqualTo("[\"string\",\"null\"]");
    assertThat(api.at("/components/schemas/Job/properties/error/anyOf")).hasSize(2);
    assertThat(api.at("/components/schemas/Job/required").toString())
        .contains("createdAt")
        .doesNotContain("startedAt");
    assertThat(api.toString()).doesNotContain("Caller", "ProblemDetail");
  }

  private static List<String> variables(String path) {
    return VARIABLE.matcher(path).results().map(match -> match.group(1)).toList();
  }

  private static List<String> parameters(JsonNode operation) {
    var parameters = operation.get("parameters");
    return parameters == null
        ? List.of()
        : parameters.valueStream().map(each -> each.get("name").asString()).toList();
  }

  @FunctionalInterface
  private interface Each {
    void on(String path, String method, JsonNode operation);
  }

  private void operations(Each each) {
    api.get("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .properties()
                    .forEach(
                        operation -> {
                          if (METHODS.contains(operation.getKey())) {
                            each.on(path.getKey(), operation.getKey(), operation.getValue());
                          }
                        }));
  }
}
