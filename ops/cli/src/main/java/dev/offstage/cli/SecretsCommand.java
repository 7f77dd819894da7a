package dev.offstage.cli;

import dev.offstage.secret.SecretProperties;
import dev.offstage.secret.SecretRotation;
import dev.offstage.secret.Secrets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code secrets rotate|new-key}. */
@Command(
    name = "secrets",
    description = "The keys that credentials and secrets are sealed with.",
    subcommands = {SecretsCommand.Rotate.class, SecretsCommand.NewKey.class})
final class SecretsCommand extends Group {
  @Command(
      name = "rotate",
      description = {
        "Seals every stored secret again with the first key, where another one has sealed it.",
        "Put the new key in front of the old one first, on every node; take the old one away once",
        "a second run says 0. May be killed and repeated."
      })
  static final class Rotate extends Verb {
    @Option(
        names = "--file",
        paramLabel = "FILE",
        defaultValue = "${env:OFFSTAGE_SECRETS_FILE}",
        description = {
          "Keys, one id:base64 a line, the new one first. OFFSTAGE_SECRETS_FILE where it is not",
          "given, and OFFSTAGE_SECRETS_KEYS before it."
        })
    @Nullable Path file;

    @Override
    public void run() {
      int unreadable = 0;
      var table = new Table("TABLE", "COLUMN", "SEALED AGAIN", "UNREADABLE");
      for (var column : new SecretRotation(db(), secrets()).rotate()) {
        table.add(column.table(), column.column(), column.sealed(), column.unreadable());
        unreadable += column.unreadable();
      }
      table.print(out(), "no table keeps secrets");
      if (unreadable > 0) {
        throw new IllegalStateException(
            unreadable + " secrets do not open: the key that sealed them is not among these");
      }
    }

    private Secrets secrets() {
      var keys = System.getenv("OFFSTAGE_SECRETS_KEYS");
      return Secrets.of(
          new SecretProperties(keys == null ? List.of() : List.of(keys.split(",")), file));
    }
  }

  @Command(
      name = "new-key",
      description = "Prints a new key, id:base64, to be put in front of the others.")
  static final class NewKey extends Verb {
    @Override
    public void run() {
      var random = new SecureRandom();
      var id = new byte[4];
      var key = new byte[32];
      random.nextBytes(id);
      random.nextBytes(key);
      out().println(HexFormat.of().formatHex(id) + ":" + Base64.getEncoder().encodeToString(key));
    }
  }
}
