package dev.offstage.cli;

import dev.offstage.audit.Act;
import dev.offstage.store.GateStore.Scope;
import java.util.Locale;
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

  Act act(String action) {
    return Act.of(action, scope.name().toLowerCase(Locale.ROOT) + ":" + name);
  }
}
