package dev.offstage.cli;

import dev.offstage.store.GateStore;
import java.util.Locale;
import picocli.CommandLine.Command;

/** {@code rules}. */
@Command(name = "rules", description = "Lists pauses and limits, and how they stand.")
final class RulesCommand extends Verb {
  @Override
  public void run() {
    var table =
        new Table("SCOPE", "NAME", "PAUSED", "AT ONCE", "RATE", "RUNNING", "WAITING", "REASON");
    for (var rule : GateStore.over(db()).rules()) {
      var rate = rule.rate();
      var reason = rule.reason();
      table.add(
          rule.scope().name().toLowerCase(Locale.ROOT),
          rule.name(),
          rule.paused() ? "yes" : "-",
          rule.capacity() == null ? "-" : rule.capacity(),
          rate == null ? "-" : rate.starts() + "/" + rate.per().toString().substring(2),
          rule.held(),
          rule.parked(),
          reason == null ? "-" : reason);
    }
    table.print(out(), "no rules");
  }
}
