package dev.offstage.bench.command;

import dev.offstage.bench.contender.Figure;
import dev.offstage.bench.contender.Measurement;
import dev.offstage.bench.report.Figures;

/** What this project holds itself to, on two cores. */
final class Expected {
  private Expected() {}

  static void addTo(Figures figures) {
    for (var figure : Figure.values()) {
      var text = text(figure);
      if (figure.isWait() && !text.isEmpty()) {
        figures.expect(figure.title(), "p99 ms", text);
      } else if (!text.isEmpty()) {
        figures.expect(figure.title(), Measurement.RATE, text);
      }
    }
  }

  private static String text(Figure figure) {
    return switch (figure) {
      case ENQUEUE_1 -> "1,500";
      case ENQUEUE_16 -> "12,000; over HTTP 5,000";
      case ENQUEUE_BULK -> "70,000; over HTTP 30,000";
      case DRAIN -> "28,000, and 70 % of the bare database";
      case DRAIN_HISTORY, DRAIN_BACKLOG -> "90 % of the drain on an empty table";
      case END_TO_END_16 -> "8,000; 15 times JobRunr, 5 times db-scheduler";
      case END_TO_END_64 -> "15,000";
      case END_TO_END_BULK -> "25,000";
      case PICK_UP_IDLE -> "1.3 times the bare broker";
      case PICK_UP_100 -> "under 15";
      default -> "";
    };
  }
}
