package dev.offstage.cli;

import dev.offstage.audit.Act;
import dev.offstage.ingest.auth.Tenants;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tenant add|list}. */
@Command(
    name = "tenant",
    description = "The tenants: whom everything belongs to.",
    subcommands = {TenantCommand.Add.class, TenantCommand.Listing.class})
final class TenantCommand extends Group {
  @Command(name = "add", description = "Makes a tenant, unless it is there.")
  static final class Add extends Verb {
    @Parameters(paramLabel = "ID", description = "1 to 63 of a-z, 0-9 and hyphen.")
    @SuppressWarnings("NullAway.Init")
    String id;

    @Option(names = "--name", paramLabel = "NAME", description = "For people; the id by default.")
    @Nullable String name;

    @Override
    public void run() {
      var db = db();
      audited(
          db,
          Act.of("tenant.add", "tenant:" + id).of(id),
          () ->
              asked(
                  () -> {
                    Tenants.over(db.jdbc()).ensure(id, name == null ? id : name);
                    return id;
                  }));
      out().println("tenant " + id);
    }
  }

  @Command(name = "list", description = "Lists the tenants.")
  static final class Listing extends Verb {
    @Override
    public void run() {
      var table = new Table("TENANT", "NAME");
      Tenants.over(db().jdbc()).all().forEach((id, name) -> table.add(id, name));
      table.print(out(), "no tenants");
    }
  }
}
