package dev.offstage.standalone;

import dev.offstage.ingest.auth.ApiKeys;
import dev.offstage.ingest.auth.Scope;
import dev.offstage.ingest.auth.Tenants;
import dev.offstage.standalone.demo.Api;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The keys of this machine's tenant. Offstage stores keys hashed and shows them once, so the texts
 * are kept here, readable by this user alone.
 *
 * @param apiKey may do everything that a key may
 * @param writeKey may only write events
 */
record Credentials(String apiKey, String writeKey) {
  private static final JsonMapper json = JsonMapper.builder().build();

  /** Yesterday's, if the API still knows them; else new ones. */
  static Credentials ensure(Path directory, URI api, String tenant, Tenants tenants, ApiKeys keys)
      throws IOException, InterruptedException {
    var file = directory.resolve("credentials.json");
    if (Files.exists(file)) {
      try {
        var kept = json.readValue(Files.readString(file), Credentials.class);
        if (kept.areKnown(api)) {
          return kept;
        }
      } catch (JacksonException e) {
        // Not what we wrote: made anew below.
      }
    }
    tenants.ensure(tenant, "Demo");
    var everything = EnumSet.complementOf(EnumSet.of(Scope.EVENTS_WRITE));
    var made =
        new Credentials(
            keys.issue(tenant, "ops/run", everything).text(),
            keys.issue(tenant, "ops/run, for apps", Set.of(Scope.EVENTS_WRITE)).text());
    PrivateFile.write(file, json.writeValueAsString(made));
    return made;
  }

  private boolean areKnown(URI api) throws IOException, InterruptedException {
    return mayDoAll(api, apiKey) && isKnown(api, writeKey);
  }

  /** A key that was made before there were jobs, webhooks or events to read is not enough. */
  private static boolean mayDoAll(URI base, String key) throws IOException, InterruptedException {
    try (var api = new Api(base, key)) {
      return api.mayWrite() && api.mayReadEvents();
    }
  }

  private static boolean isKnown(URI base, String key) throws IOException, InterruptedException {
    try (var api = new Api(base, key)) {
      return api.isKnown();
    }
  }

  /** Keeps the secrets out of logs. */
  @Override
  public String toString() {
    return "Credentials";
  }
}
