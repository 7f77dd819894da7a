package dev.offstage.bench.agent;

import java.util.List;

/** How callers give work to what is measured. Each method returns once the work is committed. */
interface Enqueuer {
  /** One job with that payload. */
  void enqueue(String payload) throws Exception;

  /** As many jobs, in the way that is meant for many. */
  void enqueueAll(List<String> payloads) throws Exception;

  /** One job that falls due tomorrow. */
  void enqueueLater(String payload) throws Exception;
}
