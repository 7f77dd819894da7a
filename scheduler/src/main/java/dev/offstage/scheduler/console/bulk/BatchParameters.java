package dev.offstage.scheduler.console.bulk;

import dev.offstage.body.Fields;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads the parameters of a batch: an object of strings, numbers and truth values. */
final class BatchParameters {
  private static final int MOST = 50;

  private BatchParameters() {}

  static Map<String, String> read(Fields fields, String name) {
    var given = fields.any(name);
    var parameters = new LinkedHashMap<String, String>();
    if (given == null || given.isNull()) {
      return parameters;
    }
    if (!given.isObject() || given.size() > MOST) {
      fields.wrong(name, "not an object of at most " + MOST + " members");
      return parameters;
    }
    given
        .properties()
        .forEach(
            member -> {
              var value = member.getValue();
              if (value.isString()) {
                parameters.put(member.getKey(), value.stringValue());
              } else if (value.isNumber() || value.isBoolean()) {
                parameters.put(member.getKey(), value.toString());
              } else {
                fields.wrong(
                    name + "." + Fields.shown(member.getKey()),
                    "%s (expected: text)".formatted(Fields.shown(value.toString())));
              }
            });
    return parameters;
  }
}
