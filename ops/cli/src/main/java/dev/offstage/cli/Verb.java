package dev.offstage.cli;

import dev.offstage.store.Db;
import java.io.PrintWriter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** What every command that does something has. */
abstract class Verb implements Runnable {
  @ParentCommand
  @SuppressWarnings("NullAway.Init")
  Object parent;

  @Spec
  @SuppressWarnings("NullAway.Init")
  CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this.")
  boolean help;

  final Db db() {
    var root = (Offstage) spec.root().userObject();
    return root.database.db();
  }

  final PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
