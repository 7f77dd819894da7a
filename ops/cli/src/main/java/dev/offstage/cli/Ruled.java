package dev.offstage.cli;

import dev.offstage.store.GateStore.Scope;
import picocli.CommandLine.Parameters;

/** What a rule is about. */
final class Ruled {
  @Parameters(index = "0", paramLabel = "SCOPE", description = "pool, kind, tenant or key.")
  @SuppressWarnings("NullAway.Init")
  Scope scope;

  @Parameters(
      index = "1",
      paramLabel = "NAME",
      description = "Its name; of a concurrency key, TENANT/KEY.")
  @SuppressWarnings("NullAway.Init")
  String name;
}
