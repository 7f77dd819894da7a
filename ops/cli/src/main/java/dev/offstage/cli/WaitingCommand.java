package dev.offstage.cli;

import dev.offstage.store.GateStore;
import picocli.CommandLine.Command;

/** {@code waiting}. */
@Command(
    name = "waiting",
    description = {
      "Lists where jobs wait for something other than time: a rule, a key, their turn in an order,",
      "or a worker that runs their kind (worker:KIND@VERSION). At most 1,000 places."
    })
final class WaitingCommand extends Verb {
  @Override
  public void run() {
    var table = new Table("WAITS AT", "JOBS", "WHY");
    for (var place : GateStore.over(db()).waiting()) {
      var reason = place.reason();
      table.add(place.gate(), place.jobs(), reason == null ? "-" : reason);
    }
    table.print(out(), "nobody waits");
  }
}
