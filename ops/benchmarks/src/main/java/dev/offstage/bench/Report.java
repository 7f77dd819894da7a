package dev.offstage.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** A benchmark's figures: written as JSON where {@code --json FILE} asks for it. */
final class Report {
  private final Map<String, Object> figures = new LinkedHashMap<>();

  Report(String bench) {
    figures.put("bench", bench);
    figures.put("cores", Runtime.getRuntime().availableProcessors());
    figures.put("java", Runtime.version().toString());
  }

  void put(String name, Object figure) {
    figures.put(name, figure);
  }

  void write(String[] arguments) throws IOException {
    int at = Arrays.asList(arguments).indexOf("--json");
    if (at < 0) {
      return;
    }
    var json = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    Files.writeString(Path.of(arguments[at + 1]), json.writeValueAsString(figures) + "\n");
  }
}
