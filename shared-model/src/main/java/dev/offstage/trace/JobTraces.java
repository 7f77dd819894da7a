package dev.offstage.trace;

import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.propagation.Propagator;
import java.util.HashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Writes the trace of whoever enqueues on the job, and takes it up again where the job runs. */
@Component
public final class JobTraces {
  private static final String TRACEPARENT = "traceparent";

  private final Tracer tracer;
  private final Propagator propagator;

  JobTraces(Tracer tracer, Propagator propagator) {
    this.tracer = tracer;
    this.propagator = propagator;
  }

  /** The {@code traceparent} of the span under way on this thread, if there is one. */
  public @Nullable String current() {
    var span = tracer.currentSpan();
    if (span == null) {
      return null;
    }
    var carrier = new HashMap<String, String>();
    propagator.inject(span.context(), carrier, (unused, key, value) -> carrier.put(key, value));
    return carrier.get(TRACEPARENT);
  }

  /**
   * Starts a consumer's span that continues {@code traceparent}, or a new trace where there is
   * none. The caller ends it.
   */
  public Span continued(@Nullable String traceparent, String name) {
    var builder =
        traceparent == null
            ? tracer.spanBuilder()
            : propagator.extract(
                traceparent, (carrier, key) -> key.equals(TRACEPARENT) ? carrier : null);
    return builder.kind(Span.Kind.CONSUMER).name(name).start();
  }

  /** Makes {@code span} the one under way on this thread, until closed. */
  public Tracer.SpanInScope inScope(Span span) {
    return tracer.withSpan(span);
  }
}
