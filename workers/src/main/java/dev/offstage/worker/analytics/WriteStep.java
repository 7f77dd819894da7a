package dev.offstage.worker.analytics;

import dev.offstage.event.Event;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What else is written with events, in their transaction. Steps run in the order of their
 * {@code @Order}; each locks rows of its own tables only, sorted by their keys.
 */
public interface WriteStep {
  /**
   * @param db within the transaction that has written the events
   * @param events that are new: not written before, and not of erased users
   */
  void write(JdbcClient db, List<Event> events);
}
