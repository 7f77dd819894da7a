package dev.offstage.bench.contender;

import dev.offstage.bench.agent.BrokerWork;
import dev.offstage.servers.Servers;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The least that RabbitMQ has to do for a message, one process with both ends. */
final class BareBroker implements Contender {
  private static final long POLL = TimeUnit.MILLISECONDS.toNanos(2);

  private final Scale scale;
  private final Jvm jvm;

  BareBroker(Workplace place, Scale scale) throws Exception {
    this.scale = scale;
    jvm = Jvm.start(place, "bare broker", BrokerWork.class, List.of(Servers.shared().rabbitUri()));
  }

  @Override
  public String name() {
    return "bare broker";
  }

  @Override
  public List<Jvm> processes() {
    return List.of(jvm);
  }

  @Override
  public boolean measures(Figure figure) {
    return figure == Figure.PICK_UP_IDLE
        || figure == Figure.PICK_UP_100
        || figure == Figure.END_TO_END_16;
  }

  @Override
  public Measurement measure(Figure figure, Probe probe) throws Exception {
    jvm.ask("forget");
    probe.open();
    long from = System.nanoTime();
    var answer =
        switch (figure) {
          case PICK_UP_IDLE, PICK_UP_100 ->
              jvm.ask("paced", scale.pacedJobs(figure), scale.pacedMicros(figure));
          default -> jvm.ask("enqueue", figure.callers(), scale.millis());
        };
    long jobs = Long.parseLong(answer[0]);
    while (Long.parseLong(jvm.ask("handled")[0]) < jobs) {
      LockSupport.parkNanos(POLL);
    }
    long end = System.nanoTime();
    probe.close(jobs);
    return figure.isWait()
        ? Measurement.waits(jvm.ask("waits"))
        : Measurement.rate(jobs, end - from);
  }

  @Override
  public void close() {
    jvm.close();
  }
}
