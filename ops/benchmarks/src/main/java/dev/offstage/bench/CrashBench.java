package dev.offstage.bench;

import dev.offstage.bench.command.Crash;

/** {@code ops/bench crash}. */
final class CrashBench {
  private CrashBench() {}

  public static void main(String[] arguments) {
    Launch.run(new Crash(), arguments);
  }
}
