package dev.offstage.bench;

import dev.offstage.bench.command.Soak;

/** {@code ops/bench soak}. */
final class SoakBench {
  private SoakBench() {}

  public static void main(String[] arguments) {
    Launch.run(new Soak(), arguments);
  }
}
