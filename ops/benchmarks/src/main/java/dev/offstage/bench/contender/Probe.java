package dev.offstage.bench.contender;

import java.util.Map;
import java.util.TreeMap;

/** Sees what all processes use while a measurement's window is open. */
public final class Probe {
  private final Contender contender;
  private Map<String, Double> before = Map.of();
  private Map<String, Double> used = Map.of();
  private long jobs;

  public Probe(Contender contender) {
    this.contender = contender;
  }

  void open() {
    before = now();
  }

  /** Closes the window, in which so many jobs were done. */
  void close(long done) {
    jobs = done;
    used = new TreeMap<>();
    now().forEach((name, seconds) -> used.put(name, seconds - before.getOrDefault(name, 0.0)));
  }

  private Map<String, Double> now() {
    var all = new TreeMap<>(Usage.ofServers());
    contender.processes().forEach(jvm -> all.put(jvm.name(), Usage.seconds(jvm.pid())));
    return all;
  }

  /** CPU time for one job in microseconds, by process. */
  public Map<String, Double> microsPerJob() {
    var each = new TreeMap<String, Double>();
    used.forEach((name, seconds) -> each.put(name, seconds * 1e6 / Math.max(1, jobs)));
    return each;
  }
}
