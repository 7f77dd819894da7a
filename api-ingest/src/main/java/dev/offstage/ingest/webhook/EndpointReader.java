package dev.offstage.ingest.webhook;

import dev.offstage.body.Fields;
import dev.offstage.ingest.outbound.OutboundFields;
import dev.offstage.webhook.Endpoint;
import dev.offstage.webhook.EndpointStore;
import dev.offstage.webhook.EventTypes;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/** Reads what an endpoint shall be. */
@Component
class EndpointReader {
  private static final int MAX_TYPES = 50;
  private static final int MAX_DESCRIPTION = 200;

  private final OutboundFields outbound;

  EndpointReader(OutboundFields outbound) {
    this.outbound = outbound;
  }

  /** A new endpoint. */
  EndpointStore.Wanted read(JsonNode body) {
    var fields = Fields.of(body);
    var url = fields.required("url", "an https URL", outbound::url);
    if (!fields.has("types")) {
      fields.wrong("types", "missing (expected: such as job.completed, job.* or *)");
    }
    var types = types(fields);
    var description = description(fields);
    boolean ordered = fields.flag("ordered");
    var headers = OutboundFields.headers(fields, false);
    fields.noOthers();
    fields.check();
    return new EndpointStore.Wanted(
        Objects.requireNonNull(url),
        description,
        types,
        ordered,
        headers == null ? Map.of() : headers);
  }

  /**
   * What an endpoint shall be from now on: what is not said stays.
   *
   * @param headersToo whether headers were said
   */
  record Change(EndpointStore.Wanted wanted, boolean headersToo) {}

  Change change(JsonNode body, Endpoint endpoint) {
    var fields = Fields.of(body);
    var url = fields.text("url", outbound::url);
    var types = fields.has("types") ? types(fields) : endpoint.types();
    var description = fields.has("description") ? description(fields) : endpoint.description();
    boolean ordered = fields.has("ordered") ? fields.flag("ordered") : endpoint.ordered();
    var headers = OutboundFields.headers(fields, false);
    fields.noOthers();
    fields.check();
    return new Change(
        new EndpointStore.Wanted(
            url == null ? endpoint.url() : url,
            description,
            types,
            ordered,
            headers == null ? Map.of() : headers),
        headers != null);
  }

  private static List<String> types(Fields fields) {
    var types = fields.texts("types");
    if (types.size() > MAX_TYPES || (fields.has("types") && types.isEmpty())) {
      fields.wrong("types", types.size() + " of them (expected: 1 to " + MAX_TYPES + ")");
    }
    for (var type : types) {
      fields.made("types", () -> EventTypes.pattern(type));
    }
    return types.stream().distinct().toList();
  }

  private static @Nullable String description(Fields fields) {
    var text = fields.text("description");
    if (text != null && text.length() > MAX_DESCRIPTION) {
      fields.wrong(
          "description", text.length() + " characters (expected: at most " + MAX_DESCRIPTION + ")");
    }
    return text;
  }
}
