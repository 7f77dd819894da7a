package dev.offstage.bench;

import dev.offstage.boot.OffstageApplication;
import dev.offstage.ingest.IngestApplication;
import dev.offstage.ingest.auth.ApiKeys;
import dev.offstage.ingest.auth.Scope;
import dev.offstage.ingest.auth.Tenants;
import java.util.EnumSet;

/** The ingest API as the benchmark's own process; says where it is and gives a key. */
final class UploadServer {
  private UploadServer() {}

  public static void main(String[] arguments) {
    var context = OffstageApplication.of(IngestApplication.class).run(arguments);
    context.getBean(Tenants.class).ensure("bench", "Bench");
    var key =
        context.getBean(ApiKeys.class).issue("bench", "bench", EnumSet.of(Scope.UPLOADS_WRITE));
    var port = context.getEnvironment().getRequiredProperty("local.server.port");
    System.out.println("READY " + port + " " + key.text());
  }
}
