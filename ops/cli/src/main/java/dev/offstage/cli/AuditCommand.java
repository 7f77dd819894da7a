package dev.offstage.cli;

import dev.offstage.audit.Audit;
import dev.offstage.audit.AuditFilter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code audit}. */
@Command(name = "audit", description = "Lists what operators did, the latest first.")
final class AuditCommand extends Verb {
  @Option(names = "--actor", paramLabel = "NAME", description = "Whose acts.")
  @Nullable String actor;

  @Option(
      names = "--action",
      paramLabel = "ACTION",
      description = "Such as job.cancel, or a beginning such as 'job.*'.")
  @Nullable String action;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "50",
      description = "At most so many.")
  int limit;

  @Override
  public void run() {
    var filter = new AuditFilter(actor, action, null, null, null, null);
    var table =
        new Table("AT", "WHO", "VIA", "ACTION", "TARGET", "OUTCOME", "PARAMETERS", "RESULT");
    for (var each : Audit.over(db()).page(filter, null, Math.clamp(limit, 1, 1_000))) {
      table.add(
          each.at(),
          each.actor(),
          each.via(),
          each.action(),
          each.target(),
          each.outcome(),
          each.parameters(),
          each.result());
    }
    table.print(out(), "nothing yet");
  }
}
