package dev.offstage.cli;

import dev.offstage.audit.Act;
import dev.offstage.ingest.auth.ApiKeys;
import dev.offstage.ingest.auth.Scope;
import dev.offstage.ingest.auth.Tenants;
import dev.offstage.store.Db;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** {@code key add|list|revoke}. */
@Command(
    name = "key",
    description = "The API keys of servers, and the write keys that apps ship with.",
    subcommands = {KeyCommand.Add.class, KeyCommand.Listing.class, KeyCommand.Revoke.class})
final class KeyCommand extends Group {
  private static ApiKeys keys(Db db) {
    return ApiKeys.over(db.jdbc(), InstantSource.system());
  }

  @Command(name = "add", description = "Makes a key and prints it, this once.")
  static final class Add extends Verb {
    @Parameters(paramLabel = "TENANT", description = "Whose key it is.")
    @SuppressWarnings("NullAway.Init")
    String tenant;

    @Option(
        names = "--name",
        paramLabel = "NAME",
        defaultValue = "ops/offstage",
        description = "For people.")
    @SuppressWarnings("NullAway.Init")
    String name;

    @Option(
        names = "--scope",
        paramLabel = "SCOPE",
        split = ",",
        description = {
          "What it may do: uploads:write, jobs:read, ... (see the API's documentation).",
          "Without any, everything but events:write; with events:write alone, a write key."
        })
    List<String> scopes = List.of();

    @Option(
        names = "--app",
        paramLabel = "APP",
        description = "Of a write key: the app that its events are of.")
    @Nullable String app;

    @Option(
        names = "--platform",
        paramLabel = "PLATFORM",
        description = "Of a write key: ios, android, web, server ...; without, as the events say.")
    @Nullable String platform;

    @Option(
        names = "--rate",
        paramLabel = "N",
        description = "Of a write key: how many events a second it may send.")
    @Nullable Integer rate;

    @Override
    public void run() {
      if (!Tenants.over(db().jdbc()).all().containsKey(tenant)) {
        throw new ParameterException(
            spec.commandLine(),
            "there is no tenant " + tenant + "; ops/offstage tenant add " + tenant + " makes it");
      }
      var scopes = scopes();
      boolean told = app != null || platform != null || rate != null;
      if (told && !scopes.equals(EnumSet.of(Scope.EVENTS_WRITE))) {
        throw new ParameterException(
            spec.commandLine(),
            "--app, --platform and --rate are of write keys (expected: --scope events:write)");
      }
      var db = db();
      var texts = new ArrayList<String>();
      var act = Act.of("key.add", "tenant:" + tenant).of(tenant);
      audited(
          db,
          act.with("name", name).with("scopes", scopes.stream().map(Scope::text).toList()),
          () -> {
            var key = keys(db).issue(tenant, name, scopes);
            if (told) {
              describe(db, key.id());
            }
            texts.add(key.text());
            return Map.of("key", key.id().toString());
          });
      out().println(texts.getLast());
    }

    private void describe(Db db, UUID key) {
      db.jdbc()
          .sql(
              """
              insert into write_key (id, app, platform, rate)
              values (:id, coalesce(:app, 'default'), :platform, :rate)\
              """)
          .param("id", key)
          .param("app", app)
          .param("platform", platform)
          .param("rate", rate)
          .update();
    }

    private EnumSet<Scope> scopes() {
      if (scopes.isEmpty()) {
        return EnumSet.complementOf(EnumSet.of(Scope.EVENTS_WRITE));
      }
      var wanted = EnumSet.noneOf(Scope.class);
      scopes.forEach(text -> wanted.add(Scope.of(text).orElseThrow(() -> unknown(text))));
      return wanted;
    }

    private ParameterException unknown(String text) {
      var known =
          Arrays.stream(Scope.values()).map(Scope::text).sorted().collect(Collectors.joining(", "));
      return new ParameterException(
          spec.commandLine(), "--scope " + text + " (expected: one of " + known + ")");
    }
  }

  @Command(name = "list", description = "Lists a tenant's keys, by their first characters.")
  static final class Listing extends Verb {
    @Parameters(paramLabel = "TENANT", description = "Whose keys.")
    @SuppressWarnings("NullAway.Init")
    String tenant;

    @Override
    public void run() {
      var table = new Table("ID", "KEY", "NAME", "SCOPES", "MADE", "REVOKED");
      for (var key : keys(db()).of(tenant)) {
        var revoked = key.revokedAt();
        table.add(
            key.id(),
            key.hint() + "…",
            key.name(),
            String.join(",", key.scopes()),
            key.createdAt(),
            revoked == null ? "-" : revoked);
      }
      table.print(out(), "no keys");
    }
  }

  @Command(name = "revoke", description = "Revokes a key; it is refused within seconds.")
  static final class Revoke extends Verb {
    @Parameters(paramLabel = "ID", description = "As list shows it.")
    @SuppressWarnings("NullAway.Init")
    UUID id;

    @Override
    public void run() {
      var db = db();
      audited(
          db,
          Act.of("key.revoke", "key:" + id),
          () -> {
            if (!keys(db).revoke(id)) {
              throw new ParameterException(
                  spec.commandLine(), "there is no such key in force: " + id);
            }
          });
      out().println("revoked " + id);
    }
  }
}
