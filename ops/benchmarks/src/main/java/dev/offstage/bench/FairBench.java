package dev.offstage.bench;

import dev.offstage.bench.command.Fair;

/** {@code ops/bench fair}. */
final class FairBench {
  private FairBench() {}

  public static void main(String[] arguments) {
    Launch.run(new Fair(), arguments);
  }
}
