package dev.offstage.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class TrackingPlanTests {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private static final TrackingPlan PLAN =
      TrackingPlan.parse(
          json(
              """
              {"unknownEvents": "flag", "events": {
                "Bought": {"onViolation": "reject", "properties": {
                  "type": "object", "required": ["total"], "additionalProperties": false,
                  "properties": {
                    "total": {"type": "number", "minimum": 0},
                    "currency": {"enum": ["EUR", "USD"]},
                    "items": {"type": "array", "maxItems": 2, "items": {"type": "string", "maxLength": 3}},
                    "count": {"type": ["integer", "null"]}}}},
                "screen:Home": {}}}
              """));

  private static JsonNode json(String text) {
    return JSON.readTree(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"total\": 0}",
        "{\"total\": 1.5, \"currency\": \"EUR\", \"items\": [\"a\", \"abc\"], \"count\": null}",
        "{\"total\": 3, \"count\": 2.0}"
      })
  void whatIsAsPlannedIsAccepted(String properties) {
    assertThat(PLAN.judge("track", "Bought", json(properties))).isEqualTo(Verdict.GOOD);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}|properties.total: missing",
        "{\"total\": \"3\"}|properties.total: string (expected: number)",
        "{\"total\": -1}|properties.total: too small (expected: at least 0)",
        "{\"total\": 1, \"currency\": \"GBP\"}|properties.currency: another value",
        "{\"total\": 1, \"items\": [1]}|properties.items[0]: integer (expected: string)",
        "{\"total\": 1, \"items\": [\"abcd\"]}|properties.items[0]: 4 characters (expected: 0 to"
            + " 3)",
        "{\"total\": 1, \"items\": [\"a\",\"b\",\"c\"]}|properties.items: 3 items (expected: 0 to"
            + " 2)",
        "{\"total\": 1, \"count\": 1.5}|properties.count: number (expected: integer or null)",
        "{\"total\": 1, \"colour\": 1}|properties.colour: unknown"
      })
  void whatIsNotIsRejectedSayingWhy(String properties, String problem) {
    var verdict = PLAN.judge("track", "Bought", json(properties));

    assertThat(verdict.action()).isEqualTo(Action.REJECT);
    assertThat(verdict.problems()).singleElement().asString().startsWith(problem);
  }

  @Test
  void anEventThatIsNotPlannedIsFlagged() {
    assertThat(PLAN.judge("track", "Sold", null).action()).isEqualTo(Action.FLAG);
    assertThat(PLAN.judge("screen", "Away", null).action()).isEqualTo(Action.FLAG);
    assertThat(PLAN.judge("screen", "Home", null)).isEqualTo(Verdict.GOOD);
    assertThat(PLAN.judge("identify", null, null)).isEqualTo(Verdict.GOOD);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[]|plan",
        "{\"unknownEvents\": \"drop\"}|unknownEvents",
        "{\"rules\": {}}|plan.rules",
        "{\"events\": {\"a\": {\"properties\": {\"pattern\":"
            + " \"(a+)+\"}}}}|events.a.properties.pattern",
        "{\"events\": {\"a\": {\"properties\": {\"$ref\":"
            + " \"http://x\"}}}}|events.a.properties.$ref",
        "{\"events\": {\"a\": {\"properties\": {\"type\": \"text\"}}}}|events.a.properties.type",
        "{\"events\": {\"a\": {\"onViolation\": 3}}}|events.a.onViolation"
      })
  void aPlanThatCannotHoldIsRefusedNamingTheMember(String plan, String member) {
    assertThatThrownBy(() -> TrackingPlan.parse(json(plan)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(member + ": ")
        .hasMessageContaining("expected: ");
  }
}
