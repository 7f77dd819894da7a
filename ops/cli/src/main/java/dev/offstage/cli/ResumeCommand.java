package dev.offstage.cli;

import dev.offstage.store.GateStore;
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
    GateStore.over(db()).resume(ruled.scope, ruled.name);
    out().println("resumed");
  }
}
