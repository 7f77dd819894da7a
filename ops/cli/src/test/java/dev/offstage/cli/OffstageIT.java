package dev.offstage.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.offstage.secret.Secret;
import dev.offstage.secret.SecretPlace;
import dev.offstage.secret.SecretProperties;
import dev.offstage.secret.Secrets;
import dev.offstage.servers.Servers;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

class OffstageIT {
  @SuppressWarnings("NullAway.Init")
  private static String url;

  private record Said(int exit, String out, String err) {}

  @BeforeAll
  static void migrate() {
    url = Servers.shared().postgresUrl();
    Flyway.configure().dataSource(new DriverManagerDataSource(url)).load().migrate();
  }

  @Test
  void aTenantAndItsKeysAreMadeListedAndRevoked() {
    assertThat(run("tenant", "add", "acme", "--name", "Acme Inc").exit()).isZero();
    assertThat(run("tenant", "list").out()).containsPattern("acme\\s+Acme Inc");

    var key = run("key", "add", "acme", "--scope", "jobs:read,uploads:write");
    assertThat(key.exit()).isZero();
    var listed = run("key", "list", "acme").out();
    assertThat(listed)
        .contains("jobs:read,uploads:write")
        .contains(key.out().strip().substring(0, 8))
        .doesNotContain(key.out().strip());

    var id = jdbc().sql("select id::text from api_key").query(String.class).single();
    assertThat(run("key", "revoke", id).out()).contains("revoked");
    assertThat(run("key", "revoke", id).exit()).isNotZero();
  }

  @Test
  void aPausedKindIsShownWithItsReasonUntilItIsResumed() {
    assertThat(run("pause", "kind", "mail.send", "--reason", "the partner is down").exit())
        .isZero();
    assertThat(run("rules").out()).containsPattern("kind\\s+mail.send\\s+yes.*the partner is down");

    assertThat(run("resume", "kind", "mail.send").exit()).isZero();
    assertThat(run("rules").out()).doesNotContain("mail.send");
  }

  @Test
  void aLimitIsSetAndLifted() {
    run("limit", "tenant", "acme", "--at-once", "5", "--rate", "600/m");
    assertThat(run("rules").out()).containsPattern("tenant\\s+acme\\s+-\\s+5\\s+600/1M");

    run("limit", "tenant", "acme");
    assertThat(run("rules").out()).doesNotContain("600/1M");
  }

  @Test
  void howLongATenantsThingsAreKeptIsSetListedAndUnset() {
    run("tenant", "add", "keeper");
    assertThat(run("retention", "set", "keeper", "assets", "90d").out()).contains("90d");
    assertThat(run("retention", "set", "keeper", "jobs", "36h").exit()).isZero();
    assertThat(run("retention", "list").out())
        .containsPattern("keeper\\s+assets\\s+90d")
        .containsPattern("keeper\\s+jobs\\s+36h");

    assertThat(run("retention", "set", "keeper", "jobs", "3h").err()).contains("1 to 36500 days");
    assertThat(run("retention", "set", "nobody", "jobs", "3d").err()).contains("no tenant nobody");
    assertThat(run("retention", "unset", "keeper", "jobs").out()).contains("as configured");
    assertThat(run("retention", "list").out()).doesNotContain("36h");
  }

  @Test
  void whoWaitsAndWhoWorksIsListed() {
    assertThat(run("waiting").out()).contains("nobody waits");
    assertThat(run("workers").out()).contains("no worker lives");
  }

  @Test
  void aDestinationsRuleIsSetListedAndTakenAway() {
    assertThat(
            run("destination", "set", "host:acme/*", "--at-once", "3", "--quota", "100/s").exit())
        .isZero();
    assertThat(run("destination", "rules").out())
        .containsPattern("host:acme/\\*\\s+3\\s+-\\s+100/1S");

    assertThat(run("destination", "unset", "host:acme/*").exit()).isZero();
    assertThat(run("destination", "unset", "host:acme/*").exit()).isEqualTo(2);
  }

  @Test
  void anOpenedCircuitIsShownWithItsReasonUntilItIsClosed() {
    var name = "host:acme/down.example.com";
    run("destination", "open", name, "--reason", "they asked us to");
    assertThat(run("destination", "list").out())
        .containsPattern(name + "\\s+held by an operator.*they asked us to");

    assertThat(run("destination", "close", name).exit()).isZero();
    assertThat(run("destination", "list").out()).doesNotContain(name);
  }

  @Test
  void anOperatorIsMadeWithAPasswordThatIsPipedIn() {
    var input = System.in;
    System.setIn(new ByteArrayInputStream("a long password\n".getBytes(StandardCharsets.UTF_8)));
    try {
      assertThat(run("operator", "add", "ana", "--role", "admin").exit()).isZero();
    } finally {
      System.setIn(input);
    }

    assertThat(run("operator", "list").out()).containsPattern("ana\\s+admin\\s+yes");
    var hash = jdbc().sql("select password from operator where name = 'ana'").query(String.class);
    assertThat(hash.single()).startsWith("{bcrypt}").doesNotContain("long");
    assertThat(run("operator", "role", "ana", "viewer").exit()).isZero();
    assertThat(run("operator", "disable", "ana").exit()).isZero();
    assertThat(run("operator", "list").out())
        .containsPattern("ana\\s+viewer\\s+yes.*20\\d\\d-.*20\\d\\d-");
  }

  @Test
  void aTokenIsPrintedOnceAndRevokedAndAllOfItIsWrittenDown() {
    run("operator", "add", "ci", "--role", "operator", "--no-password");
    var token = run("operator", "token", "ci", "--label", "pipeline").out().strip();
    assertThat(token).startsWith("offstage_op_");
    var listed = run("operator", "tokens", "ci").out();
    assertThat(listed).contains("pipeline", token.substring(0, 16)).doesNotContain(token);
    var id = jdbc().sql("select id::text from operator_token").query(String.class).single();
    assertThat(run("operator", "revoke", "ci", id).exit()).isZero();
    assertThat(run("operator", "revoke", "ci", id).exit()).isEqualTo(2);
    run("pause", "kind", "audited.kind", "--reason", "for the log");
    run("resume", "kind", "audited.kind");

    var log = run("audit", "--limit", "100").out();

    assertThat(log)
        .containsPattern("cli:\\S+\\s+cli\\s+operator.add\\s+operator:ci\\s+done")
        .containsPattern("token.revoke\\s+operator:ci\\s+refused")
        .containsPattern("rule.pause\\s+kind:audited.kind\\s+done.*for the log")
        .doesNotContain(token);
  }

  @Test
  void secretsAreSealedAgainWithTheNewKey(@TempDir Path directory) throws IOException {
    var old = run("secrets", "new-key").out().strip();
    var fresh = run("secrets", "new-key").out().strip();
    var place = new SecretPlace("acme", "test.secret", "1");
    var before = Secrets.of(new SecretProperties(List.of(old), null));
    jdbc().sql("create table test_secret (id int primary key, tenant text, sealed text)").update();
    jdbc()
        .sql("insert into test_secret values (1, 'acme', ?)")
        .param(before.seal(place, Secret.of("s3cret")))
        .update();
    jdbc()
        .sql(
            "insert into sealed_column values"
                + " ('test_secret', 'sealed', array['id'], 'tenant', 'test.secret')")
        .update();
    var file = Files.writeString(directory.resolve("keys"), fresh + "\n" + old + "\n");

    var said = run("secrets", "rotate", "--file", file.toString());

    assertThat(said.out())
        .containsPattern("test_secret\\s+sealed\\s+1\\s+0")
        .doesNotContain("s3cret");
    var sealed = jdbc().sql("select sealed from test_secret").query(String.class).single();
    var after = Secrets.of(new SecretProperties(List.of(fresh), null));
    assertThat(after.open(place, sealed).text()).isEqualTo("s3cret");
    assertThat(run("secrets", "rotate", "--file", file.toString()).out())
        .containsPattern("test_secret\\s+sealed\\s+0\\s+0");
  }

  /** Its process is killed -9 before the last of many rows; the next one does what is left. */
  @Test
  void aRotationThatIsKilledIsGoneOnWithAndNothingIsUnreadableMeanwhile(@TempDir Path directory)
      throws Exception {
    var old = run("secrets", "new-key").out().strip();
    var fresh = run("secrets", "new-key").out().strip();
    var before = Secrets.of(new SecretProperties(List.of(old), null));
    var file = Files.writeString(directory.resolve("keys"), fresh + "\n" + old + "\n");
    jdbc().sql("create table test_many (id int primary key, sealed text)").update();
    jdbc()
        .sql("insert into sealed_column values ('test_many', 'sealed', array['id'], null, 'many')")
        .update();
    for (int n = 100; n < 400; n++) {
      var sealed = before.seal(new SecretPlace("", "many", "" + n), Secret.of("s" + n));
      jdbc().sql("insert into test_many values (?, ?)").params(n, sealed).update();
    }
    try (var holder = new DriverManagerDataSource(url).getConnection()) {
      holder.setAutoCommit(false);
      holder.createStatement().execute("select from test_many where id = 399 for update");
      var process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  Offstage.class.getName(),
                  "--db",
                  url,
                  "secrets",
                  "rotate",
                  "--file",
                  file.toString())
              .inheritIO()
              .start();
      await().atMost(Duration.ofMinutes(1)).until(() -> sealedBy(fresh) == 299);
      process.destroyForcibly().waitFor();
      // The statement that it had sent would still be carried out, once the row is free.
      holder
          .createStatement()
          .execute(
              "select pg_terminate_backend(pid) from pg_stat_activity"
                  + " where wait_event_type = 'Lock' and query like 'update \"test_many\"%'");
      holder.rollback();
    }
    var running = Secrets.of(new SecretProperties(List.of(old, fresh), null));
    assertThat(opened(running)).isEqualTo(300);

    assertThat(run("secrets", "rotate", "--file", file.toString()).out())
        .containsPattern("test_many\\s+sealed\\s+1\\s+0");

    assertThat(opened(Secrets.of(new SecretProperties(List.of(fresh), null)))).isEqualTo(300);
  }

  private static int sealedBy(String key) {
    return jdbc()
        .sql("select count(*) from test_many where split_part(sealed, '.', 2) = ?")
        .param(key.substring(0, key.indexOf(':')))
        .query(Integer.class)
        .single();
  }

  private static int opened(Secrets secrets) {
    return (int)
        jdbc()
            .sql("select id, sealed from test_many")
            .query(
                (row, n) -> {
                  var place = new SecretPlace("", "many", row.getString("id"));
                  return secrets
                      .open(place, row.getString("sealed"))
                      .text()
                      .equals("s" + row.getInt("id"));
                })
            .list()
            .stream()
            .filter(same -> same)
            .count();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nonsense",
        "pause planet earth",
        "limit kind a --rate fast",
        "limit kind a --at-once 0",
        "tenant add UPPER",
        "key add nobody",
        "key add nobody --scope all",
        "key revoke not-an-id",
        "destination",
        "destination set host:*",
        "destination set host:* --at-once 0",
        "destination set host:* --shut-for 1s",
        "destination set host:* --time-limit soon",
        "destination open everywhere",
        "operator",
        "operator add UPPER --no-password",
        "operator add x --role king --no-password",
        "operator role nobody viewer",
        "operator token nobody",
        "operator revoke nobody not-an-id",
        "secrets"
      })
  void aWrongQuestionIsAnsweredWithWhatWasExpected(String words) {
    var said = run(words.isEmpty() ? new String[0] : words.split(" "));

    assertThat(said.exit()).isEqualTo(2);
    assertThat(said.err()).isNotBlank().doesNotContain("Exception").doesNotContain("\tat ");
  }

  @Test
  void aDatabaseThatIsAwayIsSaidSo() {
    var said = execute("workers", "--db", "jdbc:postgresql://127.0.0.1:1/none?user=u");
    assertThat(said.exit()).isOne();
    assertThat(said.err()).contains("Connection").doesNotContain("\tat ");
  }

  private static JdbcClient jdbc() {
    return JdbcClient.create(new DriverManagerDataSource(url));
  }

  private static Said run(String... words) {
    var all = new ArrayList<>(List.of("--db", url));
    all.addAll(List.of(words));
    return execute(all.toArray(String[]::new));
  }

  private static Said execute(String... words) {
    var out = new StringWriter();
    var err = new StringWriter();
    var command = Offstage.commandLine();
    command.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    return new Said(command.execute(words), out.toString(), err.toString());
  }
}
