package dev.offstage.worker.onward;

import dev.offstage.onward.EventDestination;
import dev.offstage.onward.OnwardQueue.Batch;
import dev.offstage.worker.handler.JobContext;

/** To a Kafka of the configuration. */
record KafkaReceiver(KafkaClusters clusters) implements Receiver {

  @Override
  public Result send(EventDestination destination, Batch batch, JobContext context)
      throws InterruptedException {
    var cluster = ((EventDestination.Kafka) destination.way()).cluster();
    if (!clusters.has(cluster)) {
      return failed("This worker knows no Kafka " + cluster + ".");
    }
    try {
      clusters.send(cluster, destination.tenant(), batch.events());
      return new Taken();
    } catch (KafkaClusters.NotDeliveredException e) {
      return failed(String.valueOf(e.getMessage()));
    }
  }

  private static Failed failed(String why) {
    return new Failed(OnwardHandler.unreachable(why), null, null);
  }
}
