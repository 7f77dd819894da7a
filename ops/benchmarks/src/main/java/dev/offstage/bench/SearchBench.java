package dev.offstage.bench;

import dev.offstage.bench.command.Search;

/** {@code ops/bench search}. */
final class SearchBench {
  private SearchBench() {}

  public static void main(String[] arguments) {
    Launch.run(new Search(), arguments);
  }
}
