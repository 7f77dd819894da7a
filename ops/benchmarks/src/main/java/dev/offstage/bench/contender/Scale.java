package dev.offstage.bench.contender;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How much work a measurement is: as much as takes about so long, judged by the last one.
 *
 * @param millis how long
 * @param history how full a full table is
 * @param backlog how many jobs are due in a backlog
 * @param rates jobs a second, by the contender's and the figure's names
 */
public record Scale(int millis, History history, int backlog, Map<String, Double> rates) {
  private static final int LEAST = 1_000;
  private static final int MOST = 400_000;
  private static final int IDLE_JOBS = 100;
  private static final int IDLE_MICROS = 100_000;
  private static final int BUSY_MICROS = 10_000;
  private static final double FIRST_GUESS = 2_000;

  /**
   * Jobs that lie in the table and are not to be run.
   *
   * @param finished jobs, where the contender keeps them
   * @param ahead jobs that are scheduled for tomorrow
   */
  public record History(int finished, int ahead) {}

  public Scale(int millis, History history, int backlog) {
    this(millis, history, backlog, new ConcurrentHashMap<>());
  }

  int jobs(String contender, Figure figure) {
    double rate = rates.getOrDefault(contender + figure, FIRST_GUESS);
    return (int) Math.clamp(rate * millis / 1_000, LEAST, MOST);
  }

  /** How many jobs it takes to know how long they wait. */
  int pacedJobs(Figure figure) {
    return figure == Figure.PICK_UP_100 ? millis * 1_000 / BUSY_MICROS : IDLE_JOBS;
  }

  /** From one of them to the next. */
  int pacedMicros(Figure figure) {
    return figure == Figure.PICK_UP_100 ? BUSY_MICROS : IDLE_MICROS;
  }

  void learn(String contender, Figure figure, Measurement measurement) {
    var rate = measurement.values().get(Measurement.RATE);
    if (rate != null) {
      rates.put(contender + figure, rate);
    }
  }
}
