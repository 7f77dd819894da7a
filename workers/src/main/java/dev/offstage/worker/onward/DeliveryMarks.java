package dev.offstage.worker.onward;

import dev.offstage.event.Event;
import dev.offstage.onward.OnwardMarks;
import dev.offstage.worker.analytics.WriteStep;
import java.util.List;
import java.util.stream.Collectors;
import org.springframework.core.annotation.Order;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Says whose events a transaction writes, so that destinations need not look for them. */
@Component
@Order(905)
final class DeliveryMarks implements WriteStep {

  @Override
  public void write(JdbcClient db, List<Event> events) {
    OnwardMarks.over(db)
        .leave(events.stream().map(event -> event.source().tenant()).collect(Collectors.toSet()));
  }
}
