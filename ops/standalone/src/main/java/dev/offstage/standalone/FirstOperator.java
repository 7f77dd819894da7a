package dev.offstage.standalone;

import dev.offstage.operator.OperatorTokens;
import dev.offstage.operator.Operators;
import dev.offstage.operator.Passwords;
import dev.offstage.operator.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The operator of this machine: an admin, whose password and token are kept here, readable by this
 * user alone, as Offstage keeps their hashes only.
 */
record FirstOperator(String name, String password, String token) {
  private static final String FILE = "operator.json";
  private static final String NAME = "admin";
  private static final JsonMapper json = JsonMapper.builder().build();

  /** Yesterday's, if it is still good; else it is made anew. */
  static FirstOperator ensure(
      Path directory, Operators operators, OperatorTokens tokens, Passwords passwords)
      throws IOException {
    var file = directory.resolve(FILE);
    if (Files.exists(file)) {
      try {
        var kept = json.readValue(Files.readString(file), FirstOperator.class);
        if (tokens.find(kept.token).isPresent()) {
          return kept;
        }
      } catch (JacksonException e) {
        // Not what we wrote: made anew below.
      }
    }
    var password = random();
    if (!operators.add(NAME, Role.ADMIN, passwords.hash(password))) {
      operators.password(NAME, passwords.hash(password));
      operators.enable(NAME);
    }
    var made = new FirstOperator(NAME, password, tokens.issue(NAME, "ops/run").text());
    PrivateFile.write(file, json.writeValueAsString(made));
    return made;
  }

  private static String random() {
    var bytes = new byte[8];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  /** Keeps the secrets out of logs. */
  @Override
  public String toString() {
    return "FirstOperator";
  }
}
