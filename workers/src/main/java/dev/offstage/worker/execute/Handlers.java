package dev.offstage.worker.execute;

import dev.offstage.job.Backoff;
import dev.offstage.job.JobKind;
import dev.offstage.queue.QueueProperties;
import dev.offstage.store.ClaimedJob;
import dev.offstage.worker.handler.JobHandler;
import dev.offstage.worker.lease.Lease.Abilities;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** The handlers that this worker found, and which of them it can run. */
@Component
public final class Handlers {
  private static final Logger log = LoggerFactory.getLogger(Handlers.class);

  private final Map<JobKind, JobHandler<?>> byKind = new LinkedHashMap<>();
  private final Map<JobKind, Backoff> backoffs = new HashMap<>();
  private final List<String> lacks = new ArrayList<>();

  /**
   * @throws IllegalStateException if two handlers claim one kind, or one does not say what it takes
   */
  Handlers(List<JobHandler<?>> handlers) {
    for (var handler : handlers) {
      var other = byKind.putIfAbsent(handler.kind(), handler);
      if (other != null) {
        throw new IllegalStateException(
            "kind %s: handled by both %s and %s (expected: one handler a kind)"
                .formatted(
                    handler.kind(), other.getClass().getName(), handler.getClass().getName()));
      }
    }
    for (var handler : handlers) {
      backoffs.put(handler.kind(), handler.backoff());
      log.debug("{} takes a {}", handler.kind(), handler.payloadType().getName());
      handler
          .lacks()
          .ifPresent(
              why -> {
                byKind.remove(handler.kind());
                lacks.add(handler.kind() + ": " + why);
                log.warn("This worker leaves {} to others: {}", handler.kind(), why);
              });
    }
  }

  /** The kinds that this worker runs, and the newest version of their payload that it reads. */
  public SortedMap<String, Integer> kinds() {
    var kinds = new TreeMap<String, Integer>();
    byKind.forEach((kind, handler) -> kinds.put(kind.name(), handler.payloadVersion()));
    return kinds;
  }

  /** What this worker says of itself in its row. */
  Abilities abilities() {
    return new Abilities(kinds(), lacks());
  }

  /** How long a job's failed attempts wait: as it says, or else as its handler does. */
  Backoff backoff(ClaimedJob job) {
    var own = job.backoff();
    return own == null ? backoffs.getOrDefault(job.kind(), Backoff.DEFAULT) : own;
  }

  /** The pools that run those kinds. */
  Set<String> pools(QueueProperties queues) {
    var pools = new TreeSet<String>();
    byKind.keySet().forEach(kind -> pools.add(queues.poolOf(kind)));
    return pools;
  }

  /** What this worker cannot run, each as {@code kind: why}. */
  public List<String> lacks() {
    return List.copyOf(lacks);
  }

  @Nullable JobHandler<?> of(JobKind kind) {
    return byKind.get(kind);
  }
}
