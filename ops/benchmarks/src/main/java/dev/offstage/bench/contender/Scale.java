package dev.offstage.bench.contender;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How much work a measurement is: as much as takes about so long, judged by the last one.
 *
 * @param millis how long
 * @param rates jobs a second, by the contender's and the figure's names
 */
public record Scale(int millis, Map<String, Double> rates) {
  private static final int LEAST = 2_000;
  private static final int MOST = 400_000;
  private static final int IDLE_JOBS = 100;
  private static final int IDLE_MICROS = 100_000;
  private static final int BUSY_MICROS = 10_000;
  private static final double FIRST_GUESS = 4_000;

  public Scale(int millis) {
    this(millis, new ConcurrentHashMap<>());
  }

  int jobs(String contender, Figure figure) {
    double rate = rates.getOrDefault(contender + figure, FIRST_GUESS);
    return (int) Math.clamp(rate * millis / 1_000, LEAST, MOST);
  }

  /** How many jobs it takes to know how long they wait. */
  int pacedJobs(Figure figure) {
    return figure == Figure.PICK_UP_IDLE ? IDLE_JOBS : millis * 1_000 / pacedMicros(figure);
  }

  /** From one of them to the next. */
  int pacedMicros(Figure figure) {
    return figure == Figure.PICK_UP_IDLE ? IDLE_MICROS : BUSY_MICROS;
  }

  void learn(String contender, Figure figure, Measurement measurement) {
    var rate = measurement.values().get(Measurement.RATE);
    if (rate != null) {
      rates.put(contender + figure, rate);
    }
  }
}
