package dev.offstage.bench.contender;

import dev.offstage.bench.agent.DatabaseWork;
import dev.offstage.servers.Servers;
import java.util.List;
import org.flywaydb.core.Flyway;

/** The least that PostgreSQL has to do for a job, in batches of 100: the limit of all others. */
final class BareDatabase implements Contender {
  private static final int CONNECTIONS = 8;
  private static final int BATCH = 100;

  private final Scale scale;
  private final Database database;
  private final Jvm jvm;

  BareDatabase(Workplace place, Scale scale) throws Exception {
    this.scale = scale;
    var url = Servers.shared().postgresUrl();
    Flyway.configure().dataSource(url, null, null).load().migrate();
    database = new Database(url);
    // As partitions of job are, but for their indexes.
    database.execute(
        """
        create table bare_job (like job including defaults including constraints, primary key (id))
        with (fillfactor = 45)
        """);
    jvm = Jvm.start(place, "bare database", DatabaseWork.class, List.of(url));
  }

  @Override
  public String name() {
    return "bare database";
  }

  @Override
  public List<Jvm> processes() {
    return List.of(jvm);
  }

  @Override
  public boolean measures(Figure figure) {
    return switch (figure) {
      case ENQUEUE_1, ENQUEUE_16, ENQUEUE_BULK, DRAIN, END_TO_END_BULK -> true;
      default -> false;
    };
  }

  @Override
  public Measurement measure(Figure figure, Probe probe) throws Exception {
    database.execute("truncate bare_job");
    if (figure == Figure.DRAIN) {
      jvm.ask("bulk", figure.callers(), scale.jobs(name(), figure));
    }
    probe.open();
    var answer =
        switch (figure) {
          case ENQUEUE_BULK -> jvm.ask("bulk", figure.callers(), scale.jobs(name(), figure));
          case DRAIN -> jvm.ask("finish", CONNECTIONS, BATCH);
          case END_TO_END_BULK -> jvm.ask("live", CONNECTIONS, BATCH, scale.millis());
          default -> jvm.ask("enqueue", figure.callers(), scale.millis());
        };
    long jobs = Long.parseLong(answer[0]);
    probe.close(jobs);
    var measurement = Measurement.rate(jobs, Long.parseLong(answer[1]));
    scale.learn(name(), figure, measurement);
    return measurement;
  }

  @Override
  public void close() {
    jvm.close();
    database.close();
  }
}
