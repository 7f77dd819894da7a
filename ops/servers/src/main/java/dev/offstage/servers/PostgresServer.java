package dev.offstage.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A private PostgreSQL that keeps what it promised: fsync is on. */
public final class PostgresServer extends Server {
  private static final String USER = "offstage";

  public PostgresServer(Path directory, int port) {
    super("postgres", directory, port);
  }

  /** JDBC URL with user and password of one of its databases; {@code postgres} is always there. */
  public String url(String database) {
    return "jdbc:postgresql://127.0.0.1:%d/%s?user=%s&password=%s"
        .formatted(port(), database, USER, password());
  }

  /** Makes the database where it is missing. */
  public void ensureDatabase(String database) {
    Databases.ensure(url("postgres"), database);
  }

  @Override
  void prepare() throws IOException, InterruptedException {
    if (Files.exists(data())) {
      return;
    }
    // Made aside and then renamed, so that a kill -9 leaves no half of a cluster behind.
    var fresh = directory().resolve("data.new");
    Directories.delete(fresh);
    var output = directory().resolve("initdb.log").toFile();
    password();
    var builder =
        new ProcessBuilder(
                asOrdinaryUser(
                    List.of(
                        binary("initdb"),
                        "--pgdata=" + fresh,
                        "--username=" + USER,
                        "--pwfile=" + directory().resolve("password"),
                        "--auth=scram-sha-256",
                        "--encoding=UTF8",
                        "--locale-provider=builtin",
                        "--builtin-locale=C.UTF-8",
                        "--locale=C")))
            .redirectErrorStream(true)
            .redirectOutput(output);
    OwnProcesses.mark(builder.environment(), directory());
    if (builder.start().waitFor() != 0) {
      throw new ServerFailedException(
          "initdb failed: " + Files.readString(output.toPath()).strip() + rootHint());
    }
    Files.move(fresh, data(), StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  ProcessBuilder command() throws IOException {
    var command = new ArrayList<>(List.of(binary("postgres"), "-D", data().toString()));
    for (var setting :
        List.of(
            "port=" + port(),
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "fsync=on",
            "max_connections=400",
            "log_timezone=UTC",
            "timezone=UTC")) {
      command.add("-c");
      command.add(setting);
    }
    return inOwnSession(asOrdinaryUser(command));
  }

  @Override
  boolean answers() {
    try (var connection = DriverManager.getConnection(url("postgres") + "&connectTimeout=2")) {
      return connection.isValid(2);
    } catch (SQLException e) {
      return false;
    }
  }

  /** SIGINT is its "fast" shutdown: it ends the clients' sessions, where SIGTERM waits for them. */
  @Override
  void askToStop(Process running) throws IOException, InterruptedException {
    new ProcessBuilder("/bin/sh", "-c", "kill -INT " + running.pid())
        .start()
        .waitFor(5, TimeUnit.SECONDS);
  }

  /** Children of a postmaster killed with -9 live for a moment longer. */
  @Override
  boolean isPassing(String lastOutput) {
    return lastOutput.contains("pre-existing shared memory block");
  }

  private static String binary(String name) throws IOException {
    return Binaries.postgres().resolve("bin").resolve(name).toString();
  }

  /** PostgreSQL refuses to run as root; in a user namespace of its own it is nobody. */
  private static List<String> asOrdinaryUser(List<String> command) {
    if (!isRoot()) {
      return command;
    }
    var whole = new ArrayList<>(List.of("unshare", "--user"));
    whole.addAll(command);
    return whole;
  }

  private static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  private static String rootHint() {
    return isRoot()
        ? "\n"
            + "(as root it runs in a user namespace, by unshare(1); where that is not allowed,"
            + " start as an ordinary user)"
        : "";
  }
}
