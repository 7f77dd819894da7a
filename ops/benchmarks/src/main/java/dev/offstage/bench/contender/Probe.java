package dev.offstage.bench.contender;

import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Sees what all processes use while a measurement's window is open. */
public final class Probe {
  private final List<Jvm> processes;
  private final Ledger ledger;
  private Map<String, Double> before = Map.of();
  private double transactions;
  private double walBytes;
  private Cost cost = new Cost(Map.of(), 0, 0);

  /**
   * @param processes beside the servers
   */
  public Probe(List<Jvm> processes, Ledger ledger) {
    this.processes = processes;
    this.ledger = ledger;
  }

  /**
   * What one job cost.
   *
   * @param micros of CPU time, by process
   * @param transactions that wrote something
   */
  public record Cost(Map<String, Double> micros, double transactions, double walBytes) {}

  public void open() throws SQLException {
    transactions = ledger.transactions();
    walBytes = ledger.walBytes();
    before = seconds();
  }

  /** Closes the window, in which so many jobs were done. */
  public void close(long jobs) throws SQLException {
    var micros = new TreeMap<String, Double>();
    seconds()
        .forEach(
            (process, seconds) ->
                micros.put(process, (seconds - before.getOrDefault(process, 0.0)) * 1e6 / jobs));
    cost =
        new Cost(
            micros,
            (ledger.transactions() - transactions) / jobs,
            (ledger.walBytes() - walBytes) / jobs);
  }

  private Map<String, Double> seconds() {
    var all = new TreeMap<>(Usage.ofServers());
    processes.forEach(jvm -> all.put(jvm.name(), Usage.seconds(jvm.pid())));
    return all;
  }

  public Cost cost() {
    return cost;
  }
}
