package dev.offstage.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The reports of several benches, read back from where each wrote its own. */
public final class Collection {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private final Map<String, JsonNode> reports = new LinkedHashMap<>();

  public void add(String bench, Path json) throws IOException {
    reports.put(bench, MAPPER.readTree(Files.readString(json)));
  }

  /** Prints one table of all figures, and writes all reports where that is asked for. */
  public void finish(@Nullable Path json) throws IOException {
    var markdown = new Markdown().head("bench", List.of("figure", "found", "expected"));
    reports.forEach(
        (bench, report) ->
            report
                .path("figures")
                .forEachEntry((head, lines) -> lines.forEach(line -> row(markdown, bench, line))));
    System.out.println(Machine.here().text());
    System.out.println();
    System.out.print(markdown);
    if (json != null) {
      Files.writeString(json, MAPPER.writeValueAsString(reports) + "\n");
    }
  }

  private static void row(Markdown markdown, String bench, JsonNode line) {
    var found = new ArrayList<String>();
    line.path("rounds")
        .forEachEntry(
            (column, rounds) -> {
              var values = new ArrayList<Double>();
              rounds.forEach(value -> values.add(value.asDouble()));
              found.add(column + " " + Spread.of(values).text());
            });
    markdown.row(
        bench,
        List.of(
            line.path("figure").asString() + ", " + line.path("unit").asString(),
            String.join("; ", found),
            line.path("expected").asString()));
  }
}
