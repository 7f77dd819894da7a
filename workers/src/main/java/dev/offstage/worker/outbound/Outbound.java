package dev.offstage.worker.outbound;

/** Calls the world outside. For many threads, virtual ones too. */
public interface Outbound {

  /**
   * Makes one call and waits for what comes of it, at most the request's time limit.
   *
   * @throws InterruptedException if the thread was interrupted; the call was broken off, and
   *     whether the other side has seen it is not known
   */
  OutboundAnswer send(OutboundRequest request) throws InterruptedException;
}
