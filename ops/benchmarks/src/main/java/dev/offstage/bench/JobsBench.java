package dev.offstage.bench;

import dev.offstage.bench.command.Jobs;

/** {@code ops/bench jobs}. */
final class JobsBench {
  private JobsBench() {}

  public static void main(String[] arguments) {
    Launch.run(new Jobs(), arguments);
  }
}
