package dev.offstage.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A handler in a jar of one's own, which the worker as it is shipped loads. */
class OwnHandlersIT {
  @RegisterExtension static final Cluster cluster = Cluster.shared();

  private static final String IMPORTS =
      "META-INF/spring/org.springframework.boot.autoconfigure.AutoConfiguration.imports";

  private static final Map<String, String> SOURCES =
      Map.of(
          "example/ReceiptHandler.java",
          """
          package example;

          import dev.offstage.job.JobKind;
          import dev.offstage.job.Outcome;
          import dev.offstage.worker.handler.JobContext;
          import dev.offstage.worker.handler.JobHandler;
          import jakarta.validation.constraints.NotBlank;

          class ReceiptHandler implements JobHandler<ReceiptHandler.Receipt> {
            record Receipt(@NotBlank String order) {}

            @Override
            public JobKind kind() {
              return new JobKind("example.receipt");
            }

            @Override
            public Outcome run(Receipt receipt, JobContext context) throws Exception {
              int number = context.step("number", Integer.class, () -> 42);
              return new Outcome.Complete("{\\"number\\": " + number + "}");
            }
          }
          """,
          "example/ExampleHandlers.java",
          """
          package example;

          import org.springframework.boot.autoconfigure.AutoConfiguration;
          import org.springframework.context.annotation.Bean;

          @AutoConfiguration
          class ExampleHandlers {
            @Bean
            ReceiptHandler receiptHandler() {
              return new ReceiptHandler();
            }
          }
          """);

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path directory;

  @Test
  void aShippedWorkerRunsTheJobsOfAJarOfOnesOwn() throws IOException {
    var own = cluster.worker("worker-own", "-Dloader.path=" + handlersJar());
    try {
      own.launch().awaitReady();
      var id = enqueue("example.receipt", "{\"order\":\"A-17\"}");
      await().atMost(Duration.ofSeconds(30)).until(() -> state(id).equals("completed"));
      assertThat(column(id, "result::text")).isEqualTo("{\"number\": 42}");

      var bad = enqueue("example.receipt", "{\"order\":\"\"}");
      await().atMost(Duration.ofSeconds(30)).until(() -> state(bad).equals("discarded"));
      assertThat(column(bad, "error_message")).startsWith("order: ");
    } finally {
      own.stop();
    }
  }

  private Path handlersJar() throws IOException {
    var classes = Files.createDirectory(directory.resolve("classes"));
    compile(classes);
    var jar = directory.resolve("my-handlers.jar");
    try (var out = new JarOutputStream(Files.newOutputStream(jar));
        var files = Files.walk(classes)) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        add(out, classes.relativize(file).toString(), Files.readAllBytes(file));
      }
      add(out, IMPORTS, "example.ExampleHandlers\n".getBytes());
    }
    return jar;
  }

  private void compile(Path classes) throws IOException {
    var arguments = new ArrayList<>(List.of("-proc:none", "-d", classes.toString()));
    arguments.addAll(List.of("-cp", System.getProperty("java.class.path")));
    for (var source : SOURCES.entrySet()) {
      var file = directory.resolve(source.getKey());
      Files.createDirectories(file.getParent());
      arguments.add(Files.writeString(file, source.getValue()).toString());
    }
    var compiler = ToolProvider.getSystemJavaCompiler();
    assertThat(compiler.run(null, null, null, arguments.toArray(String[]::new))).isZero();
  }

  private static void add(JarOutputStream jar, String name, byte[] bytes) throws IOException {
    jar.putNextEntry(new JarEntry(name));
    jar.write(bytes);
    jar.closeEntry();
  }

  private static UUID enqueue(String kind, String payload) {
    return cluster
        .db()
        .sql(
            """
            insert into job (id, tenant, kind, pool, priority, state, due_at, max_attempts, payload,
                             timeout)
            values (uuid7_floor(clock_timestamp()), 'own', ?, 'default', 2, 'available', now(), 3,
                    ?::jsonb, '1 minute')
            returning id
            """)
        .params(kind, payload)
        .query(UUID.class)
        .single();
  }

  private static String state(UUID job) {
    return column(job, "state");
  }

  private static String column(UUID job, String column) {
    return cluster
        .db()
        .sql("select " + column + " from job where id = ?")
        .param(job)
        .query(String.class)
        .single();
  }
}
