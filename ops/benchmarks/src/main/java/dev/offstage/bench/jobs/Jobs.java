package dev.offstage.bench.jobs;

import dev.offstage.bench.contender.Contender;
import dev.offstage.bench.contender.Figure;
import dev.offstage.bench.contender.Ledger;
import dev.offstage.bench.contender.Party;
import dev.offstage.bench.contender.Probe;
import dev.offstage.bench.contender.Scale;
import dev.offstage.bench.contender.Workplace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The command line. */
@Command(
    name = "ops/bench jobs",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measures the job engine beside others, in turn, on servers of its own, and prints a table.",
      "PostgreSQL has fsync on; a payload has 100 bytes; enqueued and done mean committed."
    })
public final class Jobs implements Callable<Integer> {
  private static final Path WORK = Path.of("ops/benchmarks/target/jobs");

  private static final String NOBODY = "nobody";

  /** What may be asked for. */
  private static final class Figures extends ArrayList<String> {
    Figures() {
      super(Arrays.stream(Figure.values()).map(Figure::id).toList());
    }
  }

  /** Whom Offstage may be compared with. */
  private static final class Others extends ArrayList<String> {
    Others() {
      super(Party.ids().subList(1, Party.ids().size()));
    }
  }

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "FIGURE",
      description = "what to measure, or the beginning of it: ${COMPLETION-CANDIDATES}",
      completionCandidates = Figures.class)
  private List<String> only = new Figures();

  @Option(
      names = "--against",
      split = ",",
      paramLabel = "NAME",
      description = "whom to measure beside Offstage: ${COMPLETION-CANDIDATES}; or nobody",
      completionCandidates = Others.class)
  private List<String> against = new Others();

  @Option(names = "--rounds", defaultValue = "5", description = "how many (${DEFAULT-VALUE})")
  private int rounds;

  @Option(
      names = "--warm-up",
      defaultValue = "2",
      description = "rounds before the first that counts (${DEFAULT-VALUE})")
  private int warmUp;

  @Option(
      names = "--seconds",
      defaultValue = "3",
      description = "how long a measurement takes, about (${DEFAULT-VALUE})")
  private double seconds;

  @Option(
      names = "--log",
      defaultValue = "info",
      description = "log level of the applications (${DEFAULT-VALUE}, as they are shipped)")
  private String log = "info";

  @Option(
      names = "--set",
      paramLabel = "NAME=VALUE",
      description = "a property of Offstage's applications, to see what it changes")
  private Map<String, String> properties = new LinkedHashMap<>();

  @Option(names = "--json", description = "writes all figures to that file")
  private @Nullable Path json;

  @Option(names = "--jfr", description = "keeps a recording of each process in that directory")
  private @Nullable Path recordings;

  @Override
  public Integer call() throws Exception {
    var figures = figures();
    properties.putIfAbsent("logging.level.root", log);
    var place = new Workplace(WORK, recordings);
    var scale = new Scale((int) (seconds * 1_000));
    var contenders = new ArrayList<Contender>();
    var results = new Results();
    Map<String, Long> peaks = new LinkedHashMap<>();
    try (var ledger = new Ledger()) {
      for (var party : parties()) {
        say("starting " + party.id());
        contenders.add(party.start(place, scale, properties));
      }
      for (int round = 1 - warmUp; round <= rounds; round++) {
        for (var figure : figures) {
          turn(round, figure, contenders, ledger, results);
        }
      }
      contenders.forEach(
          contender ->
              contender.processes().forEach(jvm -> peaks.put(jvm.name(), jvm.peakMebibytes())));
    } finally {
      contenders.forEach(Contender::close);
    }
    report(results, contenders.stream().map(Contender::name).toList(), peaks);
    return 0;
  }

  private static void turn(
      int round, Figure figure, List<Contender> contenders, Ledger ledger, Results results)
      throws Exception {
    for (var contender : contenders) {
      if (contender.measures(figure)) {
        var probe = new Probe(contender, ledger);
        var measurement = contender.measure(figure, probe);
        say(
            "%s, %s, %s: %s"
                .formatted(
                    round < 1 ? "warm-up" : "round " + round,
                    contender.name(),
                    figure.id(),
                    text(measurement.values())));
        if (round >= 1) {
          results.add(figure, contender.name(), measurement, probe.cost());
        }
      }
    }
  }

  private static String text(Map<String, Double> values) {
    var parts = new ArrayList<String>();
    values.forEach((unit, value) -> parts.add(Spread.number(value) + " " + unit));
    return String.join(", ", parts.stream().sorted().toList());
  }

  private void report(Results results, List<String> names, Map<String, Long> peaks)
      throws Exception {
    var machine = Machine.here();
    System.out.println(
        machine.text()
            + "%n%d rounds after %d to warm up, of about %s s a measurement; logs at %s.%n"
                .formatted(rounds, warmUp, Spread.number(seconds), log));
    System.out.println(new Table(results, names).text(peaks));
    if (json != null) {
      var all = new LinkedHashMap<String, Object>();
      all.put("bench", "jobs");
      all.put("machine", machine);
      all.put("rounds", rounds);
      results
          .values()
          .forEach((row, rounds) -> all.put(row.figure().id() + ", " + row.unit(), rounds));
      results.costs().forEach((figure, each) -> all.put(figure.id() + ", cost of a job", each));
      all.put("peak MiB", peaks);
      var mapper = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
      Files.writeString(json, mapper.writeValueAsString(all) + "\n");
    }
  }

  private List<Figure> figures() {
    for (var words : only) {
      require(
          "--only",
          words,
          new Figures(),
          Arrays.stream(Figure.values()).anyMatch(f -> f.isAskedForBy(words)));
    }
    return Arrays.stream(Figure.values())
        .filter(figure -> only.stream().anyMatch(figure::isAskedForBy))
        .toList();
  }

  /** Ours first: the others are what it is compared with. */
  private List<Party> parties() {
    for (var id : against) {
      require("--against", id, new Others(), new Others().contains(id) || id.equals(NOBODY));
    }
    return Arrays.stream(Party.values())
        .filter(party -> party == Party.OFFSTAGE || against.contains(party.id()))
        .toList();
  }

  private void require(String option, String value, List<String> expected, boolean holds) {
    if (!holds) {
      throw new ParameterException(
          new CommandLine(this),
          "%s: %s (expected: some of %s)".formatted(option, value, expected));
    }
  }

  private static void say(String line) {
    System.err.println(line);
  }
}
