package dev.offstage.ingest.onward;

import dev.offstage.body.Fields;
import dev.offstage.ingest.outbound.OutboundFields;
import dev.offstage.onward.EventDestination.Kafka;
import dev.offstage.onward.EventFilter;
import dev.offstage.onward.OnwardWebhooks;
import dev.offstage.onward.Position;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/** Reads what a destination shall be. */
@Component
class DestinationReader {
  private static final int MAX_NAME = 100;
  private static final int MAX_FILTERED = 200;

  private final OutboundFields outbound;

  DestinationReader(OutboundFields outbound) {
    this.outbound = outbound;
  }

  /** What was read: one of the two. */
  sealed interface Wanted {
    record ToKafka(String name, Kafka kafka, EventFilter filter) implements Wanted {}

    record ToWebhook(OnwardWebhooks.Wanted wanted) implements Wanted {}
  }

  /**
   * @throws dev.offstage.problem.ProblemException saying all that is wrong
   */
  Wanted read(JsonNode body) {
    var fields = Fields.of(body);
    var name = fields.required("name", "a name", text -> bounded("name", text));
    var kafka = fields.text("kafka", text -> bounded("kafka", text));
    var url = fields.text("url", outbound::url);
    if (fields.has("kafka") == fields.has("url")) {
      fields.wrong("url", "both url and kafka, or none (expected: either)");
    }
    var headers = OutboundFields.headers(fields, false);
    if (headers != null && fields.has("kafka")) {
      fields.wrong("headers", "given with kafka (expected: with url)");
    }
    var filter = fields.object("filter");
    var wanted = filter == null ? EventFilter.ALL : filter(filter);
    fields.noOthers();
    fields.check();
    Objects.requireNonNull(name);
    return url == null
        ? new Wanted.ToKafka(name, new Kafka(Objects.requireNonNull(kafka)), wanted)
        : new Wanted.ToWebhook(
            new OnwardWebhooks.Wanted(name, url, headers == null ? Map.of() : headers, wanted));
  }

  private static EventFilter filter(Fields fields) {
    var filter =
        new EventFilter(
            texts(fields, "apps"),
            texts(fields, "types"),
            texts(fields, "events"),
            texts(fields, "platforms"));
    fields.noOthers();
    return filter;
  }

  private static Set<String> texts(Fields fields, String name) {
    var texts = Set.copyOf(fields.texts(name));
    if (texts.size() > MAX_FILTERED) {
      fields.wrong(name, texts.size() + " of them (expected: at most " + MAX_FILTERED + ")");
    }
    return texts;
  }

  private static String bounded(String field, String text) {
    if (text.isBlank() || text.length() > MAX_NAME) {
      throw new IllegalArgumentException(
          field + ": " + Fields.shown(text) + " (expected: 1 to 100 characters)");
    }
    return text;
  }

  /**
   * From where a destination is to go on.
   *
   * @param position null for now
   */
  record Start(@Nullable Position position) {}

  /** Null if nothing is said: from where it has got to. */
  static @Nullable Start start(JsonNode body) {
    var fields = Fields.of(body);
    var start = fields.text("position", DestinationReader::startOf);
    fields.noOthers();
    fields.check();
    return start;
  }

  private static Start startOf(String text) {
    return switch (text) {
      case "now" -> new Start(null);
      case "beginning" -> new Start(Position.BEGINNING);
      default -> new Start(Position.of(text));
    };
  }
}
