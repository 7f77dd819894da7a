package dev.offstage.bench.agent;

import dev.offstage.boot.OffstageApplication;
import dev.offstage.ingest.IngestApplication;
import dev.offstage.ingest.auth.ApiKeys;
import dev.offstage.ingest.auth.Scope;
import dev.offstage.ingest.auth.Tenants;
import java.io.IOException;
import java.util.EnumSet;
import org.springframework.context.ApplicationContext;

/** The ingest API, as it is deployed; says where it is and gives keys. */
public final class OffstageIngest {
  private OffstageIngest() {}

  public static void main(String[] properties) throws IOException {
    var agent = new Agent();
    var context = OffstageApplication.of(IngestApplication.class).run(properties);
    agent
        .with("port", words -> context.getEnvironment().getRequiredProperty("local.server.port"))
        .with(
            "key",
            words -> key(context, words.isEmpty() ? OffstageCaller.TENANT : words.getFirst()))
        .serve();
  }

  private static String key(ApplicationContext context, String tenant) {
    context.getBean(Tenants.class).ensure(tenant, tenant);
    return context
        .getBean(ApiKeys.class)
        .issue(tenant, "bench", EnumSet.of(Scope.JOBS_WRITE, Scope.JOBS_READ))
        .text();
  }
}
