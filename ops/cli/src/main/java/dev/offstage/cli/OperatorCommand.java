package dev.offstage.cli;

import dev.offstage.audit.Act;
import dev.offstage.operator.OperatorTokens;
import dev.offstage.operator.Operators;
import dev.offstage.operator.Passwords;
import dev.offstage.operator.Role;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** {@code operator add|list|role|password|disable|enable|token|tokens|revoke}. */
@Command(
    name = "operator",
    description = "Who may log in to the operators' console, and the tokens of scripts.",
    subcommands = {
      OperatorCommand.Add.class,
      OperatorCommand.Listing.class,
      OperatorCommand.SetRole.class,
      OperatorCommand.SetPassword.class,
      OperatorCommand.Disable.class,
      OperatorCommand.Enable.class,
      OperatorCommand.Token.class,
      OperatorCommand.Tokens.class,
      OperatorCommand.Revoke.class
    })
final class OperatorCommand extends Group {
  private static final String ROLES = "viewer (looks), operator (acts) or admin (says who may).";

  /** One operator. */
  abstract static class One extends Verb {
    @Parameters(paramLabel = "NAME", description = "The operator's.")
    @SuppressWarnings("NullAway.Init")
    String name;

    final Act act(String action) {
      return Act.of("operator." + action, "operator:" + name);
    }

    final void there(boolean known) {
      if (!known) {
        throw new ParameterException(spec.commandLine(), "there is no operator " + name);
      }
    }

    /** From the terminal, unseen, twice; or one line of what is piped in. */
    final String password() {
      var console = System.console();
      if (console != null && console.isTerminal()) {
        var first = console.readPassword("Password of %s: ", name);
        var second = console.readPassword("Once more: ");
        if (first == null
            || second == null
            || !String.valueOf(first).equals(String.valueOf(second))) {
          throw new ParameterException(spec.commandLine(), "the two are not the same");
        }
        return String.valueOf(first);
      }
      try {
        var line =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
        if (line == null) {
          throw new ParameterException(
              spec.commandLine(), "no password (expected: a line of input)");
        }
        return line;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    final String hash(String password) {
      return asked(() -> new Passwords().hash(password));
    }
  }

  @Command(
      name = "add",
      description = {
        "Adds an operator. Its password is asked for, or read as a line where input is piped in."
      })
  static final class Add extends One {
    @Option(names = "--role", paramLabel = "ROLE", defaultValue = "viewer", description = ROLES)
    @SuppressWarnings("NullAway.Init")
    String role;

    @Option(names = "--no-password", description = "For one that has tokens only.")
    boolean noPassword;

    @Override
    public void run() {
      var given = asked(() -> Role.of(role));
      @Nullable String hash = noPassword ? null : hash(password());
      var db = db();
      audited(
          db,
          act("add").with("role", given.text()),
          () -> {
            if (!asked(() -> Operators.over(db).add(name, given, hash))) {
              throw new ParameterException(
                  spec.commandLine(), "there is an operator " + name + " already");
            }
          });
      out().println("operator " + name + ", " + given.text());
    }
  }

  @Command(name = "list", description = "Lists the operators.")
  static final class Listing extends Verb {
    @Override
    public void run() {
      var table = new Table("OPERATOR", "ROLE", "PASSWORD", "MADE", "DISABLED");
      for (var each : Operators.over(db()).all()) {
        table.add(
            each.name(),
            each.role().text(),
            each.hasPassword() ? "yes" : "-",
            each.createdAt(),
            each.disabledAt() == null ? "-" : each.disabledAt());
      }
      table.print(out(), "no operators; ops/offstage operator add makes one");
    }
  }

  @Command(name = "role", description = "Gives an operator another role.")
  static final class SetRole extends One {
    @Parameters(index = "1", paramLabel = "ROLE", description = ROLES)
    @SuppressWarnings("NullAway.Init")
    String role;

    @Override
    public void run() {
      var given = asked(() -> Role.of(role));
      var db = db();
      audited(
          db,
          act("role").with("role", given.text()),
          () -> there(Operators.over(db).role(name, given)));
      out().println("operator " + name + ", " + given.text());
    }
  }

  @Command(name = "password", description = "Sets a password, and logs its operator out.")
  static final class SetPassword extends One {
    @Override
    public void run() {
      var hash = hash(password());
      var db = db();
      audited(db, act("password"), () -> there(Operators.over(db).password(name, hash)));
      out().println("set");
    }
  }

  @Command(name = "disable", description = "Lets an operator, and its tokens, do nothing any more.")
  static final class Disable extends One {
    @Override
    public void run() {
      var db = db();
      audited(db, act("disable"), () -> there(Operators.over(db).disable(name)));
      out().println("disabled");
    }
  }

  @Command(name = "enable", description = "Ends that.")
  static final class Enable extends One {
    @Override
    public void run() {
      var db = db();
      audited(db, act("enable"), () -> there(Operators.over(db).enable(name)));
      out().println("enabled");
    }
  }

  @Command(name = "token", description = "Makes a token for scripts, and prints it, this once.")
  static final class Token extends One {
    @Option(
        names = "--label",
        paramLabel = "TEXT",
        defaultValue = "ops/offstage",
        description = "For people.")
    @SuppressWarnings("NullAway.Init")
    String label;

    @Override
    public void run() {
      var db = db();
      there(Operators.over(db).find(name).isPresent());
      var issued = new OperatorTokens.Issued[1];
      audited(
          db,
          Act.of("token.issue", "operator:" + name).with("label", label),
          () -> {
            issued[0] = OperatorTokens.over(db).issue(name, label);
            return Map.of("token", issued[0].id().toString());
          });
      out().println(issued[0].text());
    }
  }

  @Command(name = "tokens", description = "Lists an operator's tokens, by their first characters.")
  static final class Tokens extends One {
    @Override
    public void run() {
      var table = new Table("ID", "TOKEN", "LABEL", "MADE", "REVOKED");
      for (var each : OperatorTokens.over(db()).of(name)) {
        table.add(
            each.id(),
            each.hint() + "…",
            each.label(),
            each.createdAt(),
            each.revokedAt() == null ? "-" : each.revokedAt());
      }
      table.print(out(), "no tokens");
    }
  }

  @Command(name = "revoke", description = "Revokes a token.")
  static final class Revoke extends One {
    @Parameters(index = "1", paramLabel = "ID", description = "As tokens shows it.")
    @SuppressWarnings("NullAway.Init")
    UUID id;

    @Override
    public void run() {
      var db = db();
      audited(
          db,
          Act.of("token.revoke", "operator:" + name).with("token", id.toString()),
          () -> {
            if (!OperatorTokens.over(db).revoke(name, id)) {
              throw new ParameterException(
                  spec.commandLine(), name + " has no such token in force");
            }
          });
      out().println("revoked");
    }
  }
}
