package dev.offstage.worker.integration.push;

import static org.assertj.core.api.Assertions.assertThat;

import com.eatthepath.pushy.apns.server.RejectedNotificationException;
import com.eatthepath.pushy.apns.server.RejectionReason;
import com.eatthepath.pushy.apns.server.UnregisteredDeviceTokenException;
import dev.offstage.job.JobFailure;
import dev.offstage.job.JobId;
import dev.offstage.job.Outcome;
import dev.offstage.live.Listeners;
import dev.offstage.secret.Secret;
import dev.offstage.secret.SecretPlace;
import dev.offstage.secret.SecretProperties;
import dev.offstage.secret.Secrets;
import dev.offstage.servers.Servers;
import dev.offstage.worker.handler.ClaimLostException;
import dev.offstage.worker.handler.JobContext;
import dev.offstage.worker.handler.TestContext;
import dev.offstage.worker.integration.push.apns.FakeApns;
import dev.offstage.worker.integration.push.fcm.FakeFcm;
import dev.offstage.worker.integration.push.message.PushWork;
import dev.offstage.worker.integration.push.provider.Credential;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.assertj.core.api.Assertions;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class PushIT {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String APP = "com.example.app";
  private static final String HELLO = "\"content\":{\"default\":{\"title\":\"Hi\"}}";

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private static Path directory;

  @SuppressWarnings("NullAway.Init")
  private static FakeApns apns;

  @SuppressWarnings("NullAway.Init")
  private static FakeFcm fcm;

  @SuppressWarnings("NullAway.Init")
  private static JdbcClient jdbc;

  @SuppressWarnings("NullAway.Init")
  private static TransactionTemplate transactions;

  private static final Secrets SECRETS =
      Secrets.of(
          new SecretProperties(List.of("k1:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="), null));

  private final String tenant = "t" + UUID.randomUUID().toString().substring(0, 8);
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private Instant now = Instant.parse("2026-01-15T12:00:00Z");
  private final List<String> lines = new ArrayList<>();
  private Line.@Nullable NotNow shut;
  private @Nullable JobId heard;

  @BeforeAll
  static void start() {
    var database = new DriverManagerDataSource(Servers.shared().postgresUrl());
    Flyway.configure().dataSource(database).load().migrate();
    jdbc = JdbcClient.create(database);
    transactions = new TransactionTemplate(new DataSourceTransactionManager(database));
    apns = new FakeApns(directory);
    fcm = new FakeFcm();
  }

  @AfterAll
  static void stop() {
    apns.close();
    fcm.close();
  }

  @BeforeEach
  void prepare() {
    jdbc.sql("insert into tenant (id, name) values (?, ?)").params(tenant, tenant).update();
    credential("apns", Keys.apns());
    credential("fcm", Keys.fcm(Keys.rsa()));
  }

  private void credential(String provider, Secret secret) {
    var id = UUID.randomUUID();
    jdbc.sql(
            """
            insert into push_credential (id, tenant, provider, app, facts, secret)
            values (?, ?, ?, ?, ?::jsonb, ?)
            on conflict (tenant, provider, app, sandbox) do update
            set id = excluded.id, secret = excluded.secret, fault = null
            """)
        .params(
            id,
            tenant,
            provider,
            APP,
            JSON.writeValueAsString(Keys.facts(provider)),
            SECRETS.seal(new SecretPlace(tenant, "push.credential", id.toString()), secret))
        .update();
  }

  private UUID device(String user, String provider, String token) {
    return device(user, provider, token, null, null);
  }

  private UUID device(
      String user, String provider, String token, @Nullable String locale, @Nullable String zone) {
    var id = UUID.randomUUID();
    jdbc.sql(
            """
            insert into device (id, tenant, owner, platform, provider, app, token, locale, time_zone)
            values (:id, :tenant, :user, :platform, :provider, :app, :token, :locale, :zone)
            """)
        .param("id", id)
        .param("tenant", tenant)
        .param("user", user)
        .param("platform", provider.equals("apns") ? "ios" : "android")
        .param("provider", provider)
        .param("app", APP)
        .param("token", token)
        .param("locale", locale)
        .param("zone", zone)
        .update();
    return id;
  }

  private static String token() {
    return UUID.randomUUID().toString().replace("-", "").repeat(2);
  }

  private boolean isRegistered(UUID device) {
    return jdbc.sql("select count(*) from device where id = ?")
            .param(device)
            .query(Integer.class)
            .single()
        == 1;
  }

  private Sender sender() {
    return new Sender(
        new Devices(jdbc),
        new Credentials(jdbc, SECRETS, meters),
        new Parts(jdbc, JSON),
        new Batch(List.of(apns.provider(), fcm.provider(() -> now))),
        this::send,
        () -> now);
  }

  private Line.Said send(Credential credential, int count, JobContext context, Line.Send send)
      throws Exception {
    return shut == null || !credential.provider().equals("fcm")
        ? new Line.Answered(send.run(Duration.ofSeconds(15)))
        : shut;
  }

  private PushHandler handler() {
    var parts = new Parts(jdbc, JSON);
    var listeners =
        new Listeners() {
          @Override
          public void listening(Collection<JobId> jobs) {}

          @Override
          public void gone(JobId job) {}

          @Override
          public boolean isListening(JobId job) {
            return job.equals(heard);
          }
        };
    return new PushHandler(
        new FanOut(
            jdbc,
            new Devices(jdbc),
            parts,
            jobs -> {
              throw new AssertionError("nothing is split here");
            },
            JSON,
            8),
        sender(),
        parts,
        new Audibility(jdbc, listeners),
        SECRETS,
        JSON);
  }

  private TestContext context() {
    return new TestContext(TestContext.job(), tenant, transactions);
  }

  private static PushWork work(String members) {
    return JSON.readValue("{" + members + "}", PushWork.class);
  }

  private static PushWork toUser(String user) {
    return work(HELLO + ",\"to\":{\"user\":\"" + user + "\"}");
  }

  private Outcome run(PushWork work, TestContext context) throws Exception {
    var outcome = handler().run(work, context);
    lines.addAll(context.lines);
    return outcome;
  }

  private static JsonNode result(Outcome outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Complete.class);
    return JSON.readTree(String.valueOf(((Outcome.Complete) outcome).result()));
  }

  @Test
  void allDevicesOfAUserGetItEachInItsLanguage() throws Exception {
    var iphone = token();
    device("ana", "apns", iphone, "pt-BR", null);
    var android = token();
    device("ana", "fcm", android, "de", null);
    device("bob", "apns", token());
    var work =
        work(
            """
            "to": {"user": "ana"}, "variables": {"n": "3"}, "content": {
              "default": {"title": "{{n}} new"}, "pt": {"title": "{{n}} novas"}}
            """);
    assertThat(result(run(work, context())).toString())
        .isEqualTo(
            "{\"members\":1,\"devices\":2,\"sent\":2,\"failed\":{},\"removed\":0,\"unreached\":0}");
    assertThat(apns.received(iphone).getFirst().payload().at("/aps/alert/title").asString())
        .isEqualTo("3 novas");
    assertThat(fcm.received(android).getFirst().message().at("/notification/title").asString())
        .isEqualTo("3 new");
  }

  @Test
  void deadTokensGoAndOneRegisteredAgainSinceDoesNot() throws Exception {
    var dead = token();
    var deadDevice = device("ana", "apns", dead);
    var again = token();
    var againDevice = device("ana", "apns", again);
    var bad = token();
    var badDevice = device("ana", "apns", bad);
    var gone = token();
    var goneDevice = device("ana", "fcm", gone);
    var after = Instant.now().plusSeconds(60);
    var before = Instant.now().minusSeconds(60);
    apns.answer(dead, new UnregisteredDeviceTokenException(after));
    apns.answer(again, new UnregisteredDeviceTokenException(before));
    apns.answer(bad, new RejectedNotificationException(RejectionReason.BAD_DEVICE_TOKEN));
    fcm.answer(gone, new FakeFcm.Answer(404, "UNREGISTERED", null));

    var result = result(run(toUser("ana"), context()));

    assertThat(result.get("removed").asInt()).isEqualTo(3);
    assertThat(result.get("failed").toString()).isEqualTo("{\"Unregistered\":1}");
    assertThat(isRegistered(deadDevice)).isFalse();
    assertThat(isRegistered(badDevice)).isFalse();
    assertThat(isRegistered(goneDevice)).isFalse();
    assertThat(isRegistered(againDevice)).isTrue();
  }

  @Test
  void tokenThatIsRegisteredAgainWhileItIsSentToStays() {
    var device = device("ana", "apns", token());
    var devices = new Devices(jdbc);
    var read = devices.find(tenant, List.of(device), null).get(device);
    assertThat(read).isNotNull();
    jdbc.sql("update device set registered_at = now() + interval '1 us' where id = ?")
        .param(device)
        .update();
    assertThat(devices.remove(read, null)).isFalse();
    jdbc.sql("update device set registered_at = ?, token = 'other' where id = ?")
        .params(read.registeredAt(), device)
        .update();
    assertThat(devices.remove(read, null)).isFalse();
    assertThat(isRegistered(device)).isTrue();
  }

  @Test
  void whatIsRefusedForGoodIsCountedByReason() throws Exception {
    var refused = token();
    device("ana", "fcm", refused);
    fcm.answer(refused, new FakeFcm.Answer(400, "INVALID_ARGUMENT", null));
    var foreign = device("ana", "fcm", token());
    jdbc.sql("update device set app = 'com.example.other' where id = ?").param(foreign).update();
    device("ana", "apns", token());
    var result = result(run(toUser("ana"), context()));
    assertThat(result.get("sent").asInt()).isEqualTo(1);
    assertThat(result.get("failed").toString())
        .isEqualTo("{\"INVALID_ARGUMENT\":1,\"no-credential\":1}");
  }

  @Test
  void refusedCredentialKeepsTheJobAndTellsTheOperatorUntilItIsReplaced() throws Exception {
    var first = token();
    device("ana", "apns", first);
    var other = token();
    device("ana", "fcm", other);
    apns.answer(first, new RejectedNotificationException(RejectionReason.INVALID_PROVIDER_TOKEN));
    var context = context();

    assertThat(run(toUser("ana"), context)).isEqualTo(new Outcome.Snooze(Duration.ofMinutes(5)));
    assertThat(lines)
        .containsExactly(
            "waits: apns refuses the credential of com.example.app: InvalidProviderToken");
    assertThat(fault()).isEqualTo("InvalidProviderToken");
    assertThat(meters.counter("offstage.push.credential.refusals", "provider", "apns").count())
        .isEqualTo(1);

    apns.answer(first, null);
    assertThat(result(run(toUser("ana"), context)).get("sent").asInt()).isEqualTo(2);
    assertThat(fault()).isNull();
    assertThat(fcm.received(other)).hasSize(1);
  }

  private @Nullable String fault() {
    return jdbc.sql("select fault from push_credential where tenant = ? and provider = 'apns'")
        .param(tenant)
        .query((row, n) -> String.valueOf(row.getString(1)))
        .single()
        .transform(text -> text.equals("null") ? null : text);
  }

  @Test
  void attemptThatIsRepeatedSendsOnlyToThoseWhoDidNotGetIt() throws Exception {
    var tokens = new ArrayList<String>();
    for (int i = 0; i < 3; i++) {
      var token = token();
      tokens.add(token);
      device("ana", "apns", token);
    }
    var busy = tokens.getFirst();
    apns.answer(busy, new RejectedNotificationException(RejectionReason.SERVICE_UNAVAILABLE));
    var context = context();

    assertThat(run(toUser("ana"), context))
        .isEqualTo(
            new Outcome.Retry(
                new JobFailure("ServiceUnavailable", "the provider could not take all of it"),
                null));
    apns.answer(busy, null);
    assertThat(result(run(toUser("ana"), context)).get("sent").asInt()).isEqualTo(3);

    assertThat(apns.received(busy)).hasSize(2);
    assertThat(apns.received(tokens.get(1))).hasSize(1);
    assertThat(apns.received(tokens.get(2))).hasSize(1);
  }

  @Test
  void workerThatDiesInTheMiddleLeavesTheRestAndRepeatsAtMostOneBatch() throws Exception {
    var tokens = new ArrayList<String>();
    var ids = new ArrayList<UUID>();
    for (int i = 0; i < 250; i++) {
      var token = token();
      tokens.add(token);
      ids.add(device("u" + i, "apns", token));
    }
    var work = work(HELLO + ",\"to\":{\"devices\":" + JSON.writeValueAsString(ids) + "}");
    var job = new JobId(UUID.randomUUID());
    var dying = new TestContext(job, tenant, transactions);
    dying.commits = 2; // the part, and its first batch
    Assertions.assertThatThrownBy(() -> run(work, dying)).isInstanceOf(ClaimLostException.class);

    var next = new TestContext(job, tenant, transactions);
    var result = result(run(work, next));

    assertThat(result.get("sent").asInt()).isEqualTo(250);
    var times = tokens.stream().map(token -> apns.received(token).size()).toList();
    assertThat(times).allMatch(n -> n == 1 || n == 2);
    assertThat(times.stream().filter(n -> n == 2).count()).isEqualTo(100);
    var twice =
        tokens.stream()
            .map(apns::received)
            .filter(all -> all.size() == 2)
            .findFirst()
            .orElseThrow();
    assertThat(twice.getFirst().headers().get("apns-id"))
        .isEqualTo(twice.getLast().headers().get("apns-id"));
    assertThat(twice.getFirst().headers().get("apns-collapse-id")).isEqualTo(job.toString());
  }

  @Test
  void quietDevicesGetItWhenTheirQuietHoursEnd() throws Exception {
    var tokyo = token();
    device("ana", "apns", tokyo, null, "Asia/Tokyo"); // 21:00
    var berlin = token();
    device("ana", "apns", berlin, null, "Europe/Berlin"); // 13:00
    var work =
        work(
            HELLO
                + ",\"to\":{\"user\":\"ana\"},\"quietHours\":{\"from\":\"20:00\",\"to\":\"07:30\"}");
    var context = context();

    assertThat(run(work, context))
        .isEqualTo(new Outcome.Snooze(Duration.ofMinutes(10 * 60 + 30).plusSeconds(1)));
    assertThat(apns.received(berlin)).hasSize(1);
    assertThat(apns.received(tokyo)).isEmpty();

    now = now.plus(Duration.ofMinutes(10 * 60 + 30));
    assertThat(result(run(work, context)).get("sent").asInt()).isEqualTo(2);
    assertThat(apns.received(berlin)).hasSize(1);
    assertThat(apns.received(tokyo)).hasSize(1);
  }

  @Test
  void whatExpiresInQuietHoursIsNotSent() throws Exception {
    device("ana", "apns", token(), null, "Asia/Tokyo");
    var work =
        work(
            HELLO
                + ",\"to\":{\"user\":\"ana\"},\"expiresAt\":\"2026-01-15T18:00:00Z\","
                + "\"quietHours\":{\"from\":\"20:00\",\"to\":\"07:30\"}");
    var context = context();
    assertThat(run(work, context)).isInstanceOf(Outcome.Snooze.class);
    now = now.plus(Duration.ofHours(11));
    assertThat(result(run(work, context)).get("failed").toString()).isEqualTo("{\"expired\":1}");
  }

  @Test
  void spentQuotaAndAShutDestinationBurnNoAttempt() throws Exception {
    var token = token();
    device("ana", "fcm", token);
    fcm.answer(token, new FakeFcm.Answer(429, "QUOTA_EXCEEDED", "90"));
    var context = context();
    assertThat(run(toUser("ana"), context)).isEqualTo(new Outcome.Snooze(Duration.ofSeconds(90)));
    shut = new Line.NotNow(new Outcome.Snooze(Duration.ofMillis(100)));
    assertThat(run(toUser("ana"), context)).isEqualTo(new Outcome.Snooze(Duration.ofMillis(100)));
    assertThat(fcm.received(token)).hasSize(1);
  }

  @Test
  void shutDestinationHoldsUpNobodyElse() throws Exception {
    var android = token();
    device("ana", "fcm", android);
    var iphone = token();
    device("ana", "apns", iphone);
    shut = new Line.NotNow(new Outcome.Snooze(Duration.ofMillis(100)));
    var context = context();
    assertThat(run(toUser("ana"), context)).isEqualTo(new Outcome.Snooze(Duration.ofMillis(100)));
    assertThat(apns.received(iphone)).hasSize(1);
    shut = null;
    assertThat(result(run(toUser("ana"), context)).get("sent").asInt()).isEqualTo(2);
    assertThat(apns.received(iphone)).hasSize(1);
    assertThat(fcm.received(android)).hasSize(1);
  }

  @Test
  void usersWithoutADeviceAreCounted() throws Exception {
    device("ana", "apns", token());
    var work = work(HELLO + ",\"to\":{\"users\":[\"ana\",\"bob\",\"eve\",\"ana\"]}");
    assertThat(result(run(work, context())).toString())
        .isEqualTo(
            "{\"members\":3,\"devices\":1,\"sent\":1,\"failed\":{},\"removed\":0,\"unreached\":2}");
  }

  @Test
  void anothersDeviceDoesNotExist() throws Exception {
    var token = token();
    var device = device("ana", "apns", token);
    var work = work(HELLO + ",\"to\":{\"device\":\"" + device + "\"}");
    var stranger = new TestContext(TestContext.job(), "other", transactions);
    assertThat(result(run(work, stranger)).get("unreached").asInt()).isEqualTo(1);
    assertThat(apns.received(token)).isEmpty();
  }

  @Test
  void jobOfAnEndUserReachesNobodyElse() throws Exception {
    var ana = token();
    device("ana", "apns", ana);
    var anas = new TestContext(TestContext.job(), tenant, transactions);
    anas.owner = "ana";
    var refused = run(toUser("bob"), anas);
    assertThat(((Outcome.Discard) refused).failure().message()).contains("to: not the job's owner");
    assertThat(result(run(work(HELLO), anas)).get("sent").asInt()).isEqualTo(1);
    assertThat(apns.received(ana)).hasSize(1);
    assertThat(run(work(HELLO), context())).isInstanceOf(Outcome.Discard.class);
  }

  @Test
  void pushAtTheEndOfAJobIsNotSentToWhoListensToIt() throws Exception {
    var token = token();
    device("ana", "apns", token);
    var ended = new JobId(UUID.randomUUID());
    var work = work(HELLO + ",\"unlessListening\":true");
    for (var listening : new @Nullable JobId[] {ended, null}) {
      heard = listening;
      var context = new TestContext(TestContext.job(), tenant, transactions);
      context.owner = "ana";
      jdbc.sql(
              """
              insert into job_dependency (parent_id, child_id, condition, on_discard, done)
              values (?, ?, 'completed', 'cancel', true)
              """)
          .params(ended.value(), context.jobId().value())
          .update();
      var result = result(run(work, context));
      assertThat(result.has("skipped")).isEqualTo(listening != null);
    }
    assertThat(apns.received(token)).hasSize(1);
  }
}
