package dev.offstage.bench.report;

import java.util.List;
import java.util.Locale;

/** The median of some rounds, and how far they lie apart. */
public record Spread(double median, double least, double most) {
  public static Spread of(List<Double> rounds) {
    var sorted = rounds.stream().sorted().toList();
    int middle = sorted.size() / 2;
    double median =
        sorted.size() % 2 == 1
            ? sorted.get(middle)
            : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    return new Spread(median, sorted.getFirst(), sorted.getLast());
  }

  /** Such as {@code 12,300 (11,900 to 13,000)}. */
  String text() {
    if (least == most) {
      return number(median);
    }
    return number(median) + " (" + number(least) + " to " + number(most) + ")";
  }

  /** To three digits or so. */
  public static String number(double value) {
    if (value >= 1_000) {
      double unit = Math.pow(10, Math.floor(Math.log10(value)) - 2);
      return String.format(Locale.ROOT, "%,d", Math.round(Math.round(value / unit) * unit));
    }
    return String.format(Locale.ROOT, value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : "%.2f", value);
  }
}
