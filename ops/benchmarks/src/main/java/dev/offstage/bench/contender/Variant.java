package dev.offstage.bench.contender;

import java.util.List;

/** A contender in one of several ways that are compared with one another. */
public final class Variant implements Contender {
  /** What is to be done before each measurement. */
  public interface Preparation {
    void run() throws Exception;
  }

  private final String name;
  private final Contender contender;
  private final Preparation preparation;

  public Variant(String name, Contender contender, Preparation preparation) {
    this.name = name;
    this.contender = contender;
    this.preparation = preparation;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<Jvm> processes() {
    return contender.processes();
  }

  @Override
  public boolean measures(Figure figure) {
    return contender.measures(figure);
  }

  @Override
  public Measurement measure(Figure figure, Probe probe) throws Exception {
    preparation.run();
    return contender.measure(figure, probe);
  }

  @Override
  public void close() {
    contender.close();
  }
}
