package dev.offstage.queue;

/** Is told by {@link Hints} that something fell due. See {@link HintConfiguration}. */
public interface DueListener {

  /** Jobs of a pool may have fallen due. Must not block. */
  void due(String pool);
}
