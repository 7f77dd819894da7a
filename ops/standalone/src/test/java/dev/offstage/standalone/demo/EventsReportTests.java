package dev.offstage.standalone.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class EventsReportTests {
  @Test
  void columnsAreAsHighAsTheirValues() {
    assertThat(EventsReport.chart(List.of(0L, 40L, 20L, 1L)))
        .containsExactly(
            "    40   ██",
            "         ██",
            "         ██▄▄",
            "         ████",
            "         ████▁▁",
            "       00    03");
  }

  @Test
  void aCohortsRowIsInPerCent() {
    var retention =
        JsonMapper.builder()
            .build()
            .readTree(
                """
                {"periods": 2, "cohorts": [
                  {"cohort": "2026-04-01T00:00Z", "persons": 3, "active": [3, 1, 0]},
                  {"cohort": "2026-04-02T00:00Z", "persons": 0, "active": [0, 0]}]}
                """);

    assertThat(EventsReport.table(retention))
        .containsExactly(
            "day         people    +0    +1    +2", "2026-04-01       3  100%   33%    0%");
  }
}
