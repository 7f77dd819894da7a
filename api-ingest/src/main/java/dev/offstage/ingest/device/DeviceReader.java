package dev.offstage.ingest.device;

import dev.offstage.body.Fields;
import dev.offstage.body.Words;
import dev.offstage.ingest.auth.Caller;
import dev.offstage.ingest.enqueue.JobReader;
import dev.offstage.problem.ProblemException;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.IllformedLocaleException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/** Reads what devices say of themselves, and says everything that is wrong with it at once. */
@Component
class DeviceReader {
  static final String TOPIC = "1 to 100 of A-Z a-z 0-9 _ . : -";

  private static final Pattern TOPIC_FORM = Pattern.compile("[A-Za-z0-9_.:-]{1,100}");
  private static final Pattern VERSION = Pattern.compile("[ -~]{1,64}");

  private final DeviceProperties properties;

  DeviceReader(DeviceProperties properties) {
    this.properties = properties;
  }

  /**
   * @throws ProblemException naming all that is wrong
   */
  Registration registration(JsonNode body, Caller caller) {
    var fields = Fields.of(body);
    var owner = owner(fields, caller);
    var platform =
        fields.required(
            "platform", "ios, android or web", text -> Words.of(Platform.class, "platform", text));
    var named = fields.text("provider", text -> Words.of(Provider.class, "provider", text));
    var provider = named != null ? named : platform == null ? Provider.FCM : platform.usual();
    var app = fields.required("app", "its bundle or application id", Provider::app);
    boolean sandbox = sandbox(fields, provider);
    var token = fields.required("token", "the provider's token", provider::token);
    var registration =
        new Registration(
            orEmpty(owner),
            platform == null ? Platform.ANDROID : platform,
            provider,
            orEmpty(app),
            sandbox,
            orEmpty(token),
            version(fields),
            fields.text("locale", DeviceReader::locale),
            fields.text("timeZone", DeviceReader::zone),
            topics(fields));
    fields.noOthers();
    fields.check();
    return registration;
  }

  /**
   * What has changed of a device: what is not there stays.
   *
   * @throws ProblemException naming all that is wrong
   */
  DeviceStore.Change change(JsonNode body, Device device) {
    var fields = Fields.of(body);
    var provider = Words.of(Provider.class, "provider", device.provider());
    var change =
        new DeviceStore.Change(
            fields.text("token", provider::token),
            version(fields),
            fields.text("locale", DeviceReader::locale),
            fields.text("timeZone", DeviceReader::zone),
            topics(fields));
    fields.noOthers();
    fields.check();
    return change;
  }

  private static @Nullable String owner(Fields fields, Caller caller) {
    if (caller.owner() == null) {
      var owner = JobReader.owner(fields);
      if (!fields.has("owner")) {
        fields.wrong("owner", "missing (expected: the end user whose device it is)");
      }
      return owner;
    }
    if (fields.has("owner")) {
      fields.wrong("owner", "not with an end user's token (expected: a server's API key)");
    }
    return caller.owner();
  }

  private static boolean sandbox(Fields fields, Provider provider) {
    boolean sandbox = fields.flag("sandbox");
    if (sandbox && provider != Provider.APNS) {
      fields.wrong("sandbox", "true (expected: with apns only)");
      return false;
    }
    return sandbox;
  }

  private static @Nullable String version(Fields fields) {
    return fields.text("appVersion", text -> matching("appVersion", text, VERSION));
  }

  private @Nullable List<String> topics(Fields fields) {
    if (!fields.has("topics")) {
      return null;
    }
    var topics = fields.texts("topics").stream().distinct().sorted().toList();
    for (var topic : topics) {
      if (!isTopic(topic)) {
        fields.wrong("topics", Fields.shown(topic) + " (expected: " + TOPIC + ")");
      }
    }
    if (topics.size() > properties.topics()) {
      fields.wrong(
          "topics",
          "%d of them (expected: at most %d)".formatted(topics.size(), properties.topics()));
    }
    return topics;
  }

  static boolean isTopic(String text) {
    return TOPIC_FORM.matcher(text).matches();
  }

  private static String matching(String field, String text, Pattern form) {
    if (!form.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "%s: %s (expected: %s)".formatted(field, Fields.shown(text), form));
    }
    return text;
  }

  /** Android says pt_BR where BCP 47 says pt-BR. */
  static String locale(String text) {
    var expected = " (expected: a BCP 47 tag such as pt-BR)";
    try {
      var tag = new Locale.Builder().setLanguageTag(text.replace('_', '-')).build().toLanguageTag();
      if (text.length() <= 35 && !text.isBlank() && !tag.equals("und")) {
        return tag;
      }
    } catch (IllformedLocaleException e) {
      throw new IllegalArgumentException("locale: " + Fields.shown(text) + expected, e);
    }
    throw new IllegalArgumentException("locale: " + Fields.shown(text) + expected);
  }

  static String zone(String text) {
    try {
      return ZoneId.of(text.length() > 64 ? "" : text).getId();
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "timeZone: %s (expected: one such as America/Sao_Paulo)".formatted(Fields.shown(text)),
          e);
    }
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
