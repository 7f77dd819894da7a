package dev.offstage.bench;

import dev.offstage.bench.command.Idle;

/** {@code ops/bench idle}. */
final class IdleBench {
  private IdleBench() {}

  public static void main(String[] arguments) {
    Launch.run(new Idle(), arguments);
  }
}
