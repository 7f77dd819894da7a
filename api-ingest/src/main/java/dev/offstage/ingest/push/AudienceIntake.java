package dev.offstage.ingest.push;

import dev.offstage.body.Bodies;
import dev.offstage.body.BodyBytes;
import dev.offstage.body.Fields;
import dev.offstage.body.JsonText;
import dev.offstage.ingest.enqueue.BatchItems;
import dev.offstage.ingest.enqueue.JobReader;
import dev.offstage.ingest.enqueue.LineItems;
import dev.offstage.problem.ProblemException;
import dev.offstage.problem.ProblemType;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/** Takes a list in, line by line: no more of it than one part is in memory, whatever its length. */
@Component
class AudienceIntake {
  private static final Logger log = LoggerFactory.getLogger(AudienceIntake.class);

  /** As many as one job sends to. */
  static final int PART = 500;

  private final AudienceStore store;
  private final AudienceProperties properties;

  AudienceIntake(AudienceStore store, AudienceProperties properties) {
    this.store = store;
    this.properties = properties;
  }

  /** The part that is being filled, and how many there were before. */
  private static final class Filling {
    private final List<String> users = new ArrayList<>();
    private final List<UUID> devices = new ArrayList<>();
    private int parts;
    private int members;
  }

  /**
   * @param body NDJSON: a user as a string, or {@code {"user": …}} or {@code {"device": …}} a line
   * @throws ProblemException naming the line that is wrong; nothing is kept then
   */
  Audience take(String tenant, InputStream body) {
    var items = new LineItems(new BodyBytes(body, properties.maxSize().toBytes()));
    var id = store.open(tenant);
    try {
      return take(id, items);
    } catch (ProblemException e) {
      forget(id, tenant);
      throw e;
    }
  }

  private Audience take(UUID id, BatchItems items) {
    var filling = new Filling();
    for (var item = items.next(); item != null; item = items.next()) {
      add(item, filling);
      if (filling.users.size() + filling.devices.size() == PART) {
        flush(id, filling);
      }
    }
    if (filling.members == 0) {
      throw ProblemType.INVALID_REQUEST.because("The list is empty (expected: a user a line).");
    }
    flush(id, filling);
    return store.close(id, filling.members);
  }

  private void add(BatchItems.Item item, Filling filling) {
    int line = ++filling.members;
    if (line > properties.maxMembers()) {
      throw Bodies.TOO_LARGE.because(
          "The list is longer than %d lines.".formatted(properties.maxMembers()));
    }
    var problem = item.problem();
    if (problem != null) {
      throw problem.with("line", line);
    }
    try {
      add(java.util.Objects.requireNonNull(item.value()), filling);
    } catch (ProblemException e) {
      throw e.with("line", line);
    }
  }

  private static void add(JsonNode value, Filling filling) {
    var member = value.isString() ? JsonText.MAPPER.createObjectNode().set("user", value) : value;
    var fields = Fields.of(member);
    var user = fields.text("user", AudienceIntake::user);
    var device = fields.text("device", AudienceIntake::device);
    if (fields.areGood() && (user == null) == (device == null)) {
      fields.wrong("user", "neither or both of user and device (expected: one of them)");
    }
    fields.noOthers();
    fields.check();
    if (user != null) {
      filling.users.add(user);
    } else if (device != null) {
      filling.devices.add(device);
    }
  }

  private static String user(String text) {
    return JobReader.checkedOwner("user", text);
  }

  private static UUID device(String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "device: " + Fields.shown(text) + " (expected: a device's id)", e);
    }
  }

  private void flush(UUID id, Filling filling) {
    if (!filling.users.isEmpty() || !filling.devices.isEmpty()) {
      store.add(id, filling.parts++, filling.users, filling.devices);
      filling.users.clear();
      filling.devices.clear();
    }
  }

  private void forget(UUID id, String tenant) {
    try {
      store.delete(id, tenant);
    } catch (DataAccessException e) {
      log.info("A list that was refused is swept later: {}", e.toString());
    }
  }
}
