package dev.offstage.bench.contender;

import java.util.List;

/** One whom the bench measures. Its processes stay up, and idle while others have their turn. */
public interface Contender extends AutoCloseable {
  String name();

  /** Its own processes, beside the servers that all share. */
  List<Jvm> processes();

  boolean measures(Figure figure);

  /** Takes one measurement, within a window of the probe. */
  Measurement measure(Figure figure, Probe probe) throws Exception;

  @Override
  void close();
}
