package dev.offstage.scheduler.batch.person;

import dev.offstage.store.Db;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.OffsetDateTime;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/** The rows of {@code person_certificate}, which are written once and never changed. */
public final class Certificates {
  private final JdbcClient jdbc;
  private final JsonMapper json;

  public Certificates(Db db, JsonMapper json) {
    this.jdbc = db.jdbc();
    this.json = json;
  }

  /**
   * A certificate.
   *
   * @param body JSON
   * @param sha256 of the body, in hexadecimal
   */
  public record Certificate(UUID id, UUID subject, String body, String sha256) {}

  /** What a person is remembered by. */
  public UUID subject(Person person) {
    return jdbc.sql("select person_subject(?, ?)")
        .params(person.tenant(), person.user())
        .query(UUID.class)
        .single();
  }

  /**
   * Certifies what a run has done: its figures. Once a run.
   *
   * @param act the batch
   * @param run its job instance
   */
  public Certificate issue(String act, long run, Person person) {
    var subject = subject(person);
    var id = UUID.randomUUID();
    var first = first(run);
    var body = new LinkedHashMap<String, Object>();
    body.put("certificate", id.toString());
    body.put("act", act);
    body.put("tenant", person.tenant());
    body.put("subject", subject.toString());
    body.put("run", run);
    body.put("by", first.by());
    body.put("requestedAt", first.at().toInstant().toString());
    body.put("issuedAt", now().toInstant().toString());
    body.put("done", figures(run));
    var text = json.writeValueAsString(body);
    var certificate = new Certificate(id, subject, text, sha256(text));
    insert(certificate, act, run, person, first.by());
    return certificate;
  }

  private record First(String by, OffsetDateTime at) {}

  private First first(long run) {
    return jdbc.sql(
            """
            select started_by, created_at from batch_run
            where instance = ? order by execution limit 1
            """)
        .param(run)
        .query(
            (row, n) ->
                new First(
                    row.getString("started_by"), row.getObject("created_at", OffsetDateTime.class)))
        .single();
  }

  private OffsetDateTime now() {
    return jdbc.sql("select now()").query(OffsetDateTime.class).single();
  }

  /** What was counted so far, by kind. */
  public Map<String, Long> figures(long run) {
    var figures = new TreeMap<String, Long>();
    jdbc.sql("select name, amount from batch_figure where instance = ?")
        .param(run)
        .query(
            row -> {
              figures.put(row.getString("name"), row.getLong("amount"));
            });
    return figures;
  }

  private void insert(Certificate certificate, String act, long run, Person person, String by) {
    jdbc.sql(
            """
            insert into person_certificate (id, run, act, tenant, subject, by, body, sha256)
            values (:id, :run, :act, :tenant, :subject, :by, :body, :sha256)
            """)
        .param("id", certificate.id())
        .param("run", run)
        .param("act", act)
        .param("tenant", person.tenant())
        .param("subject", certificate.subject())
        .param("by", by)
        .param("body", certificate.body())
        .param("sha256", certificate.sha256())
        .update();
  }

  private static String sha256(String text) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
