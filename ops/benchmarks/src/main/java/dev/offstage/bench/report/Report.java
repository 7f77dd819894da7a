package dev.offstage.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** All that a bench has to say in the end. */
public final class Report {
  private final String bench;
  private final List<String> notes = new ArrayList<>();
  private final Map<String, Figures> tables = new LinkedHashMap<>();
  private final Map<String, Object> more = new LinkedHashMap<>();
  private final StringBuilder moreText = new StringBuilder();

  public Report(String bench) {
    this.bench = bench;
  }

  /** A sentence on how the figures came about. */
  public void note(String sentence) {
    notes.add(sentence);
  }

  /** The table with that in its upper left corner. */
  public Figures figures(String head) {
    return tables.computeIfAbsent(head, Figures::new);
  }

  /** The bench's main table. */
  public Figures figures() {
    return figures("figure");
  }

  /** Adds a table of ratios: of the main table's column to its other columns. */
  public void compare(String column) {
    compare("figure", column);
  }

  /** Adds a table of ratios: of a table's column to its other columns. */
  public void compare(String head, String column) {
    var ratios = figures(head).ratiosTo(column);
    if (!ratios.lines().isEmpty()) {
      tables.put(ratios.head(), ratios);
    }
  }

  /** Adds what is no table of figures. */
  public void attach(String name, Object value, String text) {
    more.put(name, value);
    moreText.append('\n').append(text);
  }

  /** Prints it all, and writes it where that is asked for. */
  public void finish(@Nullable Path json) throws IOException {
    var machine = Machine.here();
    var markdown = new Markdown();
    tables.values().removeIf(figures -> figures.lines().isEmpty());
    tables.values().forEach(figures -> figures.write(markdown));
    System.out.println(machine.text());
    notes.forEach(System.out::println);
    System.out.println();
    System.out.print(markdown);
    System.out.print(moreText);
    if (json != null) {
      var mapper = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
      Files.writeString(json, mapper.writeValueAsString(content(machine)) + "\n");
    }
  }

  private Map<String, Object> content(Machine machine) {
    var all = new LinkedHashMap<String, Object>();
    all.put("bench", bench);
    all.put("machine", machine);
    all.put("notes", notes);
    var figures = new LinkedHashMap<String, List<Figures.Line>>();
    tables.forEach((head, table) -> figures.put(head, table.lines()));
    all.put("figures", figures);
    all.putAll(more);
    return all;
  }
}
