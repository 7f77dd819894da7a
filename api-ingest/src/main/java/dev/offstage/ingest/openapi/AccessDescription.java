package dev.offstage.ingest.openapi;

import dev.offstage.ingest.auth.AccessRules;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import java.util.List;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.PathContainer;

/** Says of each operation what {@link AccessRules} decides of it, so that the two cannot differ. */
final class AccessDescription implements OpenApiCustomizer {
  static final String SCHEME = "bearer";

  private final AccessRules rules;

  AccessDescription(AccessRules rules) {
    this.rules = rules;
  }

  @Override
  public void customise(OpenAPI api) {
    api.getPaths()
        .forEach(
            (path, item) ->
                item.readOperationsMap()
                    .forEach((method, operation) -> describe(path, method, operation)));
  }

  private void describe(String path, PathItem.HttpMethod method, Operation operation) {
    var example = PathContainer.parsePath(path.replaceAll("\\{[^}]*}", "x"));
    var rule = rules.find(HttpMethod.valueOf(method.name()), example);
    if (rule.isEmpty() || rule.get().scope() == null) {
      operation.setSecurity(List.of());
    } else {
      operation.setSecurity(List.of(new SecurityRequirement().addList(SCHEME)));
      operation.addExtension("x-scope", rule.get().scope().text());
    }
  }
}
