package dev.offstage.queue;

/** Is told by {@link Hints} what happened on other nodes. See {@link HintConfiguration}. */
public interface DueListener {

  /** Jobs of a pool may have fallen due. Must not block. */
  void due(String pool);

  /** A node has ticketed so many jobs of a pool itself. Must not block. */
  void ticketed(String pool, int jobs);
}
