package dev.offstage.cli;

import dev.offstage.store.GateStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code pause}. */
@Command(
    name = "pause",
    description = {
      "Lets no job of a pool, a kind, a tenant or a concurrency key start.",
      "What runs goes on; what comes waits, and is kept."
    })
final class PauseCommand extends Verb {
  @Mixin
  @SuppressWarnings("NullAway.Init")
  Ruled ruled;

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      defaultValue = "paused by an operator",
      description = "For people; shown where the rule is.")
  @SuppressWarnings("NullAway.Init")
  String reason;

  @Override
  public void run() {
    var db = db();
    audited(
        db,
        ruled.act("rule.pause").with("reason", reason),
        () -> GateStore.over(db).pause(ruled.scope, ruled.name, reason));
    out().println("paused");
  }
}
