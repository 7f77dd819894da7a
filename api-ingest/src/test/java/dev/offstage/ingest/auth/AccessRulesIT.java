package dev.offstage.ingest.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offstage.ingest.Endpoints;
import dev.offstage.ingest.IngestServer;
import org.junit.jupiter.api.Test;
import org.springframework.http.server.PathContainer;

class AccessRulesIT {
  private final AccessRules rules = IngestServer.shared().bean(AccessRules.class);

  @Test
  void everyEndpointHasADecision() {
    var endpoints = Endpoints.of(IngestServer.shared());

    assertThat(endpoints).hasSizeGreaterThan(6);
    for (var endpoint : endpoints) {
      var example = PathContainer.parsePath(endpoint.path().replaceAll("\\{[^}]*}", "x"));
      assertThat(rules.find(endpoint.method(), example))
          .as("a rule in AccessRules for %s", endpoint)
          .isPresent();
    }
  }
}
