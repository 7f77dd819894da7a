package dev.offstage.cli;

import java.util.UUID;
import org.springframework.dao.DataAccessException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code ops/offstage}. Exits with 0, or with 1 if it failed, or 2 if it was asked wrongly. */
@Command(
    name = "ops/offstage",
    synopsisSubcommandLabel = "COMMAND",
    description = "What operators do to a running Offstage.",
    subcommands = {
      TenantCommand.class,
      KeyCommand.class,
      PauseCommand.class,
      ResumeCommand.class,
      LimitCommand.class,
      RulesCommand.class,
      WaitingCommand.class,
      WorkersCommand.class,
      DestinationCommand.class,
      RetentionCommand.class,
      SecretsCommand.class,
      OperatorCommand.class,
      AuditCommand.class
    },
    footer = {
      "",
      "The database is that of ops/run, whether it is up or was, unless --db or OFFSTAGE_DB says",
      "otherwise, such as jdbc:postgresql://db.internal/offstage?user=offstage&password=...",
      "",
      "ops/offstage COMMAND --help tells more of each."
    })
final class Offstage implements Runnable {
  static final int FAILED = 1;

  @Spec
  @SuppressWarnings("NullAway.Init")
  CommandSpec spec;

  @Mixin
  @SuppressWarnings("NullAway.Init")
  Database database;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this.")
  boolean help;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "which command?");
  }

  static CommandLine commandLine() {
    return new CommandLine(new Offstage())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .registerConverter(UUID.class, Offstage::uuid)
        .setExecutionExceptionHandler(
            (failure, command, parsed) -> {
              command.getErr().println("ops/offstage: " + said(failure));
              return FAILED;
            });
  }

  private static UUID uuid(String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(text + " (expected: a UUID)");
    }
  }

  private static String said(Exception failure) {
    if (failure instanceof DataAccessException database) {
      return "PostgreSQL: " + database.getMostSpecificCause().getMessage();
    }
    return String.valueOf(failure.getMessage());
  }

  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }
}
