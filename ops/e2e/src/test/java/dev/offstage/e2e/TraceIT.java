package dev.offstage.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offstage.boot.OffstageApplication;
import dev.offstage.ingest.IngestApplication;
import dev.offstage.ingest.auth.ApiKeys;
import dev.offstage.ingest.auth.Scope;
import dev.offstage.ingest.auth.Tenants;
import dev.offstage.scheduler.SchedulerApplication;
import dev.offstage.servers.Servers;
import dev.offstage.worker.WorkerApplication;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import javax.imageio.ImageIO;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

/** One trace from the phone's request to the line that a worker logs about its job. */
@ExtendWith(OutputCaptureExtension.class)
class TraceIT {
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path blobs;

  @Test
  void theTraceOfAPatchReachesTheWorkersLogLine(CapturedOutput output) throws Exception {
    try (var offstage = start()) {
      var photo = picture();
      var api = new Api(base(offstage), key(offstage));
      var answer =
          api.patch(
              api.created(photo.length),
              0,
              photo,
              "traceparent",
              "00-" + TRACE + "-00f067aa0ba902b7-01");
      assertThat(answer.statusCode()).isEqualTo(204);
      var job = Api.Accepted.of(answer).job().toString();

      var line =
          Awaitility.await()
              .atMost(Duration.ofSeconds(60))
              .until(
                  () ->
                      output
                          .getOut()
                          .lines()
                          .filter(each -> each.contains(job) && each.contains("Attempt 1 of "))
                          .findFirst(),
                  found -> found.isPresent());
      assertThat(line.orElseThrow()).contains("\"traceId\":\"" + TRACE + "\"");
    }
  }

  private static byte[] picture() throws IOException {
    var bytes = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(64, 48, BufferedImage.TYPE_INT_RGB), "png", bytes);
    return bytes.toByteArray();
  }

  private ConfigurableApplicationContext start() {
    var arguments = new ArrayList<String>();
    Servers.shared()
        .springProperties(true, true)
        .forEach((name, value) -> arguments.add("--" + name + "=" + value));
    arguments.addAll(
        List.of(
            "--offstage.blob.directory=" + blobs,
            "--offstage.urls.signing-key=MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
            "--logging.level.dev.offstage.worker.execute=debug",
            "--server.address=127.0.0.1",
            "--server.port=0",
            "--management.server.port=0",
            "--offstage.console.port=0"));
    return OffstageApplication.of(
            IngestApplication.class, WorkerApplication.class, SchedulerApplication.class)
        .run(arguments.toArray(String[]::new));
  }

  private static URI base(ConfigurableApplicationContext offstage) {
    return URI.create(
        "http://127.0.0.1:" + offstage.getEnvironment().getRequiredProperty("local.server.port"));
  }

  private static String key(ConfigurableApplicationContext offstage) {
    offstage.getBean(Tenants.class).ensure("traced", "traced");
    return offstage
        .getBean(ApiKeys.class)
        .issue("traced", "test", EnumSet.allOf(Scope.class))
        .text();
  }
}
