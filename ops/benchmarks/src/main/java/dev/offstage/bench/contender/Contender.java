package dev.offstage.bench.contender;

import java.util.List;

/** One whom the bench measures. Its processes stay up, frozen while others have their turn. */
public interface Contender extends AutoCloseable {
  String name();

  /** Its own processes, beside the servers that all share. */
  List<Jvm> processes();

  /** Those that a measurement needs. */
  default List<Jvm> processes(Figure figure) {
    return processes();
  }

  boolean measures(Figure figure);

  /** Takes one measurement, within a window of the probe. */
  Measurement measure(Figure figure, Probe probe) throws Exception;

  @Override
  void close();
}
