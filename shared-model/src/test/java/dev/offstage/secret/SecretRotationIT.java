package dev.offstage.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offstage.servers.Servers;
import dev.offstage.store.Db;
import java.util.List;
import java.util.stream.IntStream;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** A change of keys, beside whoever changes secrets meanwhile. */
class SecretRotationIT {
  private static final String OLD = "old:" + "A".repeat(43) + "=";
  private static final String NEW = "new:" + "B".repeat(42) + "A=";

  @SuppressWarnings("NullAway.Init")
  private static Db db;

  @SuppressWarnings("NullAway.Init")
  private static JdbcClient jdbc;

  private final Secrets before = Secrets.of(new SecretProperties(List.of(OLD), null));
  private final Secrets both = Secrets.of(new SecretProperties(List.of(NEW, OLD), null));
  private final Secrets after = Secrets.of(new SecretProperties(List.of(NEW), null));

  @BeforeAll
  static void migrate() {
    var dataSource = new DriverManagerDataSource(Servers.shared().postgresUrl());
    Flyway.configure().dataSource(dataSource).load().migrate();
    db = Db.over(dataSource);
    jdbc = db.jdbc();
  }

  @BeforeEach
  void clear() {
    jdbc.sql("delete from webhook_endpoint").update();
    jdbc.sql("insert into tenant (id, name) values ('acme', 'Acme') on conflict do nothing")
        .update();
  }

  private static String id(int n) {
    return "00000000-0000-0000-0000-%012d".formatted(n);
  }

  private static SecretPlace place(int n) {
    return new SecretPlace("acme", "webhook.secret", id(n));
  }

  private void endpoint(int n) {
    jdbc.sql(
            """
            insert into webhook_endpoint (id, tenant, url, types, ordered, secret)
            values (?::uuid, 'acme', 'https://example.com/', '{x}', false, ?)
            """)
        .params(id(n), before.seal(place(n), Secret.of("s" + n)))
        .update();
  }

  private String stored(String column, int n) {
    return jdbc.sql("select " + column + " from webhook_endpoint where id = ?::uuid")
        .param(id(n))
        .query(String.class)
        .single();
  }

  private int sealed(List<SecretRotation.Column> columns) {
    return columns.stream().mapToInt(SecretRotation.Column::sealed).sum();
  }

  @Test
  void everyBatchIsSealedAgainAndOpensWithTheNewKeyAlone() {
    IntStream.range(0, 450).forEach(this::endpoint);

    assertThat(sealed(new SecretRotation(db, both).rotate())).isEqualTo(450);

    for (int n = 0; n < 450; n++) {
      assertThat(after.open(place(n), stored("secret", n)).text()).isEqualTo("s" + n);
    }
    assertThat(sealed(new SecretRotation(db, both).rotate())).isZero();
  }

  /** An endpoint's own rotation moves its secret into a column that was done with already. */
  @Test
  void aSecretThatItsOwnerMovesMeanwhileIsFoundAllTheSame() {
    endpoint(1);
    jdbc.sql(
            """
            create function test_move() returns trigger language plpgsql as $$
            begin
              if old.secret like '1.old.%' and new.secret like '1.new.%' and new.old_secret is null then
                new.old_secret := old.secret;
                new.old_secret_until := now() + interval '1 day';
              end if;
              return new;
            end $$
            """)
        .update();
    jdbc.sql(
            """
            create trigger test_moves before update of secret on webhook_endpoint
            for each row execute function test_move()
            """)
        .update();
    try {
      new SecretRotation(db, both).rotate();
    } finally {
      jdbc.sql("drop function test_move() cascade").update();
    }

    assertThat(after.open(place(1), stored("old_secret", 1)).text()).isEqualTo("s1");
    assertThat(after.open(place(1), stored("secret", 1)).text()).isEqualTo("s1");
  }

  @Test
  void whatDoesNotOpenIsCountedAndLeftAlone() {
    endpoint(1);
    endpoint(2);
    jdbc.sql("update webhook_endpoint set secret = '1.lost.AAAA' where id = ?::uuid")
        .param(id(2))
        .update();

    var columns = new SecretRotation(db, both).rotate();

    assertThat(sealed(columns)).isEqualTo(1);
    assertThat(columns.stream().mapToInt(SecretRotation.Column::unreadable).sum()).isEqualTo(1);
    assertThat(stored("secret", 2)).isEqualTo("1.lost.AAAA");
  }

  @Test
  void withoutAKeyNothingIsRotated() {
    var none = Secrets.of(new SecretProperties(null, null));
    assertThatThrownBy(() -> new SecretRotation(db, none).rotate())
        .isInstanceOf(SecretsUnavailableException.class);
  }
}
