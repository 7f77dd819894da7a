package dev.offstage.bench.command;

import dev.offstage.bench.contender.Contender;
import dev.offstage.bench.contender.Figure;
import dev.offstage.bench.contender.Jvm;
import dev.offstage.bench.contender.Ledger;
import dev.offstage.bench.contender.Measurement;
import dev.offstage.bench.contender.Probe;
import dev.offstage.bench.report.Spread;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** Contenders take turns: whoever has none is frozen, and costs the others nothing. */
final class Rounds {
  /** For what a process does once when it has been thawed. */
  private static final long WAKING = Duration.ofMillis(500).toNanos();

  /** Takes what a round measured. */
  interface Sink {
    void add(Figure figure, Contender contender, Measurement measurement, Probe.Cost cost);
  }

  private final List<Contender> contenders;
  private final Ledger ledger;
  private final Sink sink;

  Rounds(List<Contender> contenders, Ledger ledger, Sink sink) {
    this.contenders = contenders;
    this.ledger = ledger;
    this.sink = sink;
  }

  void run(List<Figure> figures, int warmUp, int rounds) throws Exception {
    for (var contender : contenders) {
      freeze(contender.processes());
    }
    for (int round = 1 - warmUp; round <= rounds; round++) {
      for (var figure : figures) {
        for (var contender : contenders) {
          if (contender.measures(figure)) {
            turn(round, figure, contender);
          }
        }
      }
    }
  }

  private void turn(int round, Figure figure, Contender contender) throws Exception {
    var processes = contender.processes(figure);
    for (var jvm : processes) {
      jvm.thaw();
    }
    LockSupport.parkNanos(WAKING);
    ledger.checkpoint();
    var probe = new Probe(processes, ledger);
    var measurement = contender.measure(figure, probe);
    freeze(processes);
    Options.say(
        "%s, %s, %s: %s"
            .formatted(
                round < 1 ? "warm-up" : "round " + round,
                contender.name(),
                figure.id(),
                text(measurement.values())));
    if (round >= 1) {
      sink.add(figure, contender, measurement, probe.cost());
    }
  }

  private static void freeze(List<Jvm> processes) throws IOException {
    for (var jvm : processes) {
      jvm.freeze();
    }
  }

  private static String text(Map<String, Double> values) {
    var parts = new ArrayList<String>();
    values.forEach((unit, value) -> parts.add(Spread.number(value) + " " + unit));
    return String.join(", ", parts.stream().sorted().toList());
  }
}
