package dev.offstage.cli;

import dev.offstage.store.GateStore;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code resume}. */
@Command(name = "resume", description = "Ends a pause; what waited starts, within its limits.")
final class ResumeCommand extends Verb {
  @Mixin
  @SuppressWarnings("NullAway.Init")
  Ruled ruled;

  @Override
  public void run() {
    var db = db();
    audited(
        db,
        ruled.act("rule.resume"),
        () -> Map.of("called", GateStore.over(db).resume(ruled.scope, ruled.name).size()));
    out().println("resumed");
  }
}
