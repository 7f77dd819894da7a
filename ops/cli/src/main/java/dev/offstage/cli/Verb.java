package dev.offstage.cli;

import dev.offstage.audit.Act;
import dev.offstage.audit.Actor;
import dev.offstage.audit.Audit;
import dev.offstage.store.Db;
import java.io.PrintWriter;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
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

  /** Does an act and writes it to the audit log, in one transaction over {@code db}. */
  final void audited(Db db, Act act, Supplier<Map<String, Object>> deed) {
    Audit.over(db)
        .act(
            new Actor("cli:" + System.getProperty("user.name", "?"), "cli"),
            act,
            deed,
            result -> result,
            ParameterException.class::isInstance);
  }

  /** An act whose outcome says nothing more. */
  final void audited(Db db, Act act, Runnable deed) {
    audited(
        db,
        act,
        () -> {
          deed.run();
          return Map.of();
        });
  }

  /** What a bad value says is for whoever asked. */
  final <T> T asked(Supplier<T> made) {
    try {
      return made.get();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }
}
