package dev.offstage.worker.integration;

import dev.offstage.job.DestinationName;
import dev.offstage.worker.destination.Called;
import dev.offstage.worker.destination.Destinations;
import dev.offstage.worker.destination.Verdicts;
import dev.offstage.worker.handler.JobContext;
import dev.offstage.worker.outbound.Outbound;
import dev.offstage.worker.outbound.OutboundAnswer;
import dev.offstage.worker.outbound.OutboundRequest;
import java.time.InstantSource;
import org.springframework.stereotype.Component;

/** Calls by HTTP, each through the destination that its URL's host is for the job's tenant. */
@Component
public class HostCalls {
  private final Destinations destinations;
  private final Outbound outbound;
  private final Verdicts verdicts;

  HostCalls(Destinations destinations, Outbound outbound, InstantSource clock) {
    this.destinations = destinations;
    this.outbound = outbound;
    this.verdicts = new Verdicts(clock);
  }

  /**
   * Makes the call, if the host may be called now; within the request's time limit and the
   * destination's.
   *
   * @throws Exception as of {@link Destinations#call}
   */
  public Called<OutboundAnswer> call(OutboundRequest request, JobContext context) throws Exception {
    return destinations.call(
        DestinationName.host(context.tenant(), request.url()),
        context,
        limit -> outbound.send(request.within(limit, context.tenant())),
        verdicts);
  }
}
