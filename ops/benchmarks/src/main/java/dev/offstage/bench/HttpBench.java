package dev.offstage.bench;

import dev.offstage.bench.command.Http;

/** {@code ops/bench http}. */
final class HttpBench {
  private HttpBench() {}

  public static void main(String[] arguments) {
    Launch.run(new Http(), arguments);
  }
}
