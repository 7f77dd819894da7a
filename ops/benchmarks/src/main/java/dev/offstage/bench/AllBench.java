package dev.offstage.bench;

import dev.offstage.bench.command.All;

/** {@code ops/bench all}. */
final class AllBench {
  private AllBench() {}

  public static void main(String[] arguments) {
    Launch.run(new All(), arguments);
  }
}
