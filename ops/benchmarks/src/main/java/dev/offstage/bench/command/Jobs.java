package dev.offstage.bench.command;

import dev.offstage.bench.contender.Cast;
import dev.offstage.bench.contender.Contender;
import dev.offstage.bench.contender.Figure;
import dev.offstage.bench.contender.Ledger;
import dev.offstage.bench.contender.Measurement;
import dev.offstage.bench.contender.Party;
import dev.offstage.bench.contender.Scale;
import dev.offstage.bench.report.Figures;
import dev.offstage.bench.report.Report;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** {@code ops/bench jobs}. */
@Command(
    name = "ops/bench jobs",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measures the job engine beside others, in turn, on servers of its own, and prints a table.",
      "PostgreSQL has fsync on; a payload has 100 bytes; enqueued and done mean committed."
    })
public final class Jobs implements Callable<Integer> {
  private static final String NOBODY = "nobody";

  /** What may be asked for. */
  private static final class All extends ArrayList<String> {
    All() {
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
      completionCandidates = All.class)
  private List<String> only = new All();

  @Option(
      names = "--against",
      split = ",",
      paramLabel = "NAME",
      description = "whom to measure beside Offstage: ${COMPLETION-CANDIDATES}; or nobody",
      completionCandidates = Others.class)
  private List<String> against = new Others();

  @Option(names = "--rounds", description = "how many (5; quick: 1)")
  private @Nullable Integer rounds;

  @Option(names = "--warm-up", description = "rounds before the first that counts (4; quick: 1)")
  private @Nullable Integer warmUp;

  @Option(names = "--seconds", description = "how long a measurement takes, about (3; quick: 1)")
  private @Nullable Double seconds;

  @Option(
      names = "--finished",
      description = "finished jobs in a full table (1000000; quick: 20000)")
  private @Nullable Integer finished;

  @Option(
      names = "--ahead",
      description = "jobs in a full table that are scheduled for tomorrow (500000; quick: 10000)")
  private @Nullable Integer ahead;

  @Option(names = "--backlog", description = "due jobs in a backlog (500000; quick: 20000)")
  private @Nullable Integer backlog;

  @Mixin private Options options = new Options();

  @Override
  public Integer call() throws Exception {
    var figures = figures();
    var parties = parties();
    var report = new Report("jobs");
    var contenders = new ArrayList<Contender>();
    try (var ledger = new Ledger()) {
      var cast =
          new Cast(
              options.place(),
              scale(),
              options.properties(),
              figures.stream().anyMatch(Figure::isAmongHistory));
      for (var party : parties) {
        Options.say("starting " + party.id());
        contenders.add(cast.start(party));
      }
      measure(figures, contenders, ledger, report);
      peaks(contenders, report.figures("peak memory of"));
    } finally {
      contenders.forEach(Contender::close);
    }
    options.finish(report);
    return 0;
  }

  private void measure(
      List<Figure> figures, List<Contender> contenders, Ledger ledger, Report report)
      throws Exception {
    int warmUps = options.orElse(warmUp, 4, 1);
    int counted = options.orElse(rounds, 5, 1);
    var costs = new Costs(contenders.stream().map(Contender::name).toList());
    new Rounds(
            contenders,
            ledger,
            (figure, contender, measurement, cost) -> {
              measurement.addTo(report.figures(), figure.title(), contender.name());
              costs.add(figure, contender.name(), cost);
            })
        .run(figures, warmUps, counted);
    report.note(
        "%d rounds after %d to warm up, of about %s s a measurement; median (least to most)."
            .formatted(counted, warmUps, secondsEach()));
    report.compare(contenders.getFirst().name());
    compareDrains(report);
    Expected.addTo(report.figures());
    costs.attachTo(report);
  }

  /** Drains over a table that is not empty, as a share of those over one that is. */
  private static void compareDrains(Report report) {
    for (var figure : List.of(Figure.DRAIN_HISTORY, Figure.DRAIN_BACKLOG)) {
      report
          .figures()
          .share(
              figure.title(),
              Figure.DRAIN.title(),
              Measurement.RATE,
              report.figures("share of the drain on an empty table"));
    }
  }

  private static void peaks(List<Contender> contenders, Figures figures) {
    for (var contender : contenders) {
      for (var jvm : contender.processes()) {
        figures.add(jvm.name(), "MiB", "most", jvm.peakMebibytes());
      }
    }
    figures.expect("Offstage worker", "MiB", "at most 300");
  }

  private double secondsEach() {
    return seconds != null ? seconds : options.isQuick() ? 1 : 3;
  }

  private Scale scale() {
    var history =
        new Scale.History(
            options.orElse(finished, 1_000_000, 20_000), options.orElse(ahead, 500_000, 10_000));
    int millis = (int) (secondsEach() * 1_000);
    return new Scale(millis, history, options.orElse(backlog, 500_000, 20_000));
  }

  private List<Figure> figures() {
    for (var words : only) {
      require(
          "--only",
          words,
          new All(),
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
}
