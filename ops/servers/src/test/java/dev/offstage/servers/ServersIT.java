package dev.offstage.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServersIT {
  @TempDir Path base;

  @Test
  void postgresKeepsWhatItConfirmedOverKillAndRestart() throws Exception {
    try (var server = new PostgresServer(base, 0)) {
      server.start();
      Traces.leave(server);
      long before = server.pid();
      int port = server.port();
      server.kill();
      assertThat(ProcessHandle.of(before).filter(ProcessHandle::isAlive)).isEmpty();
      server.start();
      assertThat(Traces.read(server)).isEqualTo("us");
      assertThat(server.pid()).isNotEqualTo(before);
      assertThat(server.port()).isEqualTo(port);
      server.restart();
      assertThat(Traces.read(server)).isEqualTo("us");
    }
  }

  @Test
  void postgresComesBackWhenItsPostmasterAloneWasKilled() throws Exception {
    try (var server = new PostgresServer(base, 0)) {
      server.start();
      Traces.leave(server);
      var postmaster = ProcessHandle.of(server.pid()).orElseThrow();
      postmaster.destroyForcibly();
      postmaster.onExit().get(10, TimeUnit.SECONDS);
      server.start();
      assertThat(Traces.read(server)).isEqualTo("us");
    }
  }

  @Test
  void postgresForcesItsWritesToDisk() throws Exception {
    try (var server = new PostgresServer(base, 0)) {
      server.start();
      try (var connection = DriverManager.getConnection(server.url("postgres"));
          var statement = connection.createStatement();
          var rows =
              statement.executeQuery(
                  "select current_setting('fsync'), current_setting('server_version_num')")) {
        rows.next();
        assertThat(rows.getString(1)).isEqualTo("on");
        assertThat(rows.getInt(2)).isGreaterThanOrEqualTo(180_000);
      }
    }
  }

  @Test
  void rabbitKeepsWhatItConfirmedOverKillAndRestart() throws Exception {
    try (var server = new RabbitServer(base, 0)) {
      server.start();
      Traces.leave(server);
      long before = server.pid();
      server.kill();
      assertThat(OwnProcesses.of(server.directory())).isEmpty();
      server.start();
      assertThat(Traces.read(server)).isEqualTo("us");
      assertThat(server.pid()).isNotEqualTo(before);
      server.restart();
      assertThat(Traces.read(server)).isEqualTo("us");
      server.stop();
      assertThat(OwnProcesses.of(server.directory())).as("its port mapper too").isEmpty();
    }
  }

  @Test
  void redisKeepsItsDataOverKillAndRestart() throws Exception {
    try (var server = new RedisServer(base, 0)) {
      server.start();
      Traces.leave(server);
      server.kill();
      server.start();
      assertThat(Traces.read(server)).isEqualTo("us");
      server.restart();
      assertThat(Traces.read(server)).isEqualTo("us");
    }
  }

  @Test
  void aSecondStartOnADirectoryInUseIsRefused() {
    try (var first = new RedisServer(base, 0);
        var second = new RedisServer(base, 0)) {
      first.start();
      assertThatExceptionOfType(ServerFailedException.class)
          .isThrownBy(second::start)
          .withMessageContaining("already runs on");
      assertThat(first.isRunning()).isTrue();
    }
  }

  @Test
  void aPortInUseIsNamed() throws Exception {
    try (var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var server = new RedisServer(base, other.getLocalPort())) {
      assertThatExceptionOfType(PortInUseException.class)
          .isThrownBy(server::start)
          .withMessageContaining("port " + other.getLocalPort())
          .withMessageContaining("redis");
    }
  }

  @Test
  void whatAKilledJvmLeftBehindIsEndedAndItsDataFound() throws Exception {
    var holder = hold();
    var left = processes();
    assertThat(left).hasSizeGreaterThanOrEqualTo(4); // three servers and RabbitMQ's port mapper
    holder.destroyForcibly().waitFor();
    assertThat(left).allMatch(ProcessHandle::isAlive);
    try (var postgres = new PostgresServer(base.resolve("postgres"), 0);
        var rabbit = new RabbitServer(base.resolve("rabbitmq"), 0);
        var redis = new RedisServer(base.resolve("redis"), 0)) {
      postgres.start();
      rabbit.start();
      redis.start();
      assertThat(left).noneMatch(ProcessHandle::isAlive);
      assertThat(Traces.read(postgres)).isEqualTo("us");
      assertThat(Traces.read(rabbit)).isEqualTo("us");
      assertThat(Traces.read(redis)).isEqualTo("us");
    }
  }

  @Test
  void aProcessThatOnlyNamesTheDirectoryIsLeftAlone() throws Exception {
    Files.createDirectories(base);
    var stranger = new ProcessBuilder("tail", "-f", "/dev/null", base.toString()).start();
    try (var server = new RedisServer(base, 0)) {
      server.start();
      server.kill();
      assertThat(stranger.isAlive()).isTrue();
    } finally {
      stranger.destroyForcibly();
    }
  }

  @Test
  void everyServerEndsWithItsJvm() throws Exception {
    var holder = hold();
    var left = processes();
    holder.destroy(); // SIGTERM
    assertThat(holder.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(left).noneMatch(ProcessHandle::isAlive);
  }

  @Test
  void eachCallOfTheSharedServersGetsAPlaceOfItsOwn() throws Exception {
    var servers = Servers.shared();
    var first = servers.springProperties(true, true);
    var second = servers.springProperties(true, true);
    assertThat(first.get("spring.datasource.url"))
        .isNotEqualTo(second.get("spring.datasource.url"));
    assertThat(first.get("spring.rabbitmq.addresses"))
        .isNotEqualTo(second.get("spring.rabbitmq.addresses"));
    try (var connection = DriverManager.getConnection(servers.postgresUrl());
        var tables = connection.getMetaData().getTables(null, "public", "%", null)) {
      assertThat(tables.next()).isFalse();
    }
    assertThat(servers.springProperties(false, false).get("spring.rabbitmq.addresses"))
        .endsWith(":1");
  }

  private Process hold() throws Exception {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var command =
        List.of(
            java,
            "-cp",
            System.getProperty("java.class.path"),
            HoldServers.class.getName(),
            base.toString());
    var process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    var output = new BufferedReader(new InputStreamReader(process.getInputStream()));
    assertThat(output.lines().anyMatch("up"::equals)).isTrue();
    return process;
  }

  private List<ProcessHandle> processes() throws Exception {
    var real = base.toRealPath();
    return Stream.of("postgres", "rabbitmq", "redis")
        .flatMap(name -> OwnProcesses.of(real.resolve(name)).stream())
        .toList();
  }
}
