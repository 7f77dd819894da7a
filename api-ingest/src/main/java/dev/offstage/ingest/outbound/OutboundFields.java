package dev.offstage.ingest.outbound;

import dev.offstage.body.Fields;
import dev.offstage.outbound.OutboundHeader;
import dev.offstage.outbound.OutboundUrls;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/** Reads where a call goes and what it takes along. */
@Component
public class OutboundFields {
  private static final int MAX_HEADERS = 20;

  private final OutboundUrls urls;

  OutboundFields(OutboundUrls urls) {
    this.urls = urls;
  }

  /**
   * A URL that may be called, as far as its text tells.
   *
   * @throws IllegalArgumentException with what was expected
   */
  public String url(String text) {
    return urls.check(text).toString();
  }

  /**
   * The headers of an object of strings.
   *
   * @param typed whether the body's type may be among them
   * @return null if it is not there
   */
  public static @Nullable Map<String, String> headers(Fields fields, boolean typed) {
    var node = fields.any("headers");
    if (node == null || node.isNull()) {
      return null;
    }
    var headers = new LinkedHashMap<String, String>();
    if (!node.isObject() || node.size() > MAX_HEADERS) {
      fields.wrong("headers", "(expected: an object of at most " + MAX_HEADERS + " strings)");
      return headers;
    }
    var names = new TreeSet<String>();
    for (var member : node.properties()) {
      var name = member.getKey();
      if (!names.add(name.toLowerCase(Locale.ROOT)) || isOurs(name, typed)) {
        fields.wrong(
            "headers." + Fields.shown(name),
            "(expected: each name once, and none that Offstage sends itself)");
      } else {
        add(name, member.getValue(), headers, fields);
      }
    }
    return headers;
  }

  private static boolean isOurs(String name, boolean typed) {
    var lower = name.toLowerCase(Locale.ROOT);
    return lower.startsWith("webhook-")
        || lower.startsWith("offstage-")
        || lower.equals("idempotency-key")
        || lower.equals("user-agent")
        || (lower.equals("content-type") && !typed);
  }

  private static void add(String name, JsonNode value, Map<String, String> headers, Fields fields) {
    try {
      var header = new OutboundHeader(name, value.isString() ? value.stringValue() : "\0");
      headers.put(header.name(), header.value());
    } catch (IllegalArgumentException e) {
      // Its message has no value, which may be a credential.
      fields.wrong("headers." + Fields.shown(name), Fields.detail(e));
    }
  }
}
