package dev.offstage.e2e.engine;

import dev.offstage.job.Backoff;
import dev.offstage.job.JobFailure;
import dev.offstage.job.JobKind;
import dev.offstage.job.Outcome;
import dev.offstage.worker.handler.JobContext;
import dev.offstage.worker.handler.JobHandler;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Positive;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Handlers as an author may write them, and a ledger of what they did. */
@Configuration(proxyBeanMethods = false)
class AuthorHandlers {
  static final Queue<String> DONE = new ConcurrentLinkedQueue<>();

  static List<String> doneBy(Object job) {
    return DONE.stream()
        .filter(line -> line.startsWith(job + " "))
        .map(l -> l.split(" ")[1])
        .toList();
  }

  abstract static class Named<P> implements JobHandler<P> {
    private final JobKind kind;

    Named(String kind) {
      this.kind = new JobKind(kind);
    }

    @Override
    public JobKind kind() {
      return kind;
    }
  }

  /** Five steps; the third fails where the payload says so, until the third attempt. */
  record Steps(boolean failing) {}

  @Bean
  JobHandler<Steps> steps() {
    return new Named<Steps>("author.steps") {
      @Override
      public Outcome run(Steps payload, JobContext context) throws Exception {
        int sum = 0;
        for (int n = 1; n <= 5; n++) {
          int step = n;
          sum += context.step("step-" + n, Integer.class, () -> work(step, payload, context));
          context.log("step " + n + " is done");
        }
        context.step("tell", () -> DONE.add(context.jobId() + " told"));
        return new Outcome.Complete("{\"sum\":" + sum + "}");
      }

      private int work(int n, Steps payload, JobContext context) {
        DONE.add(context.jobId() + " " + n);
        if (n == 3 && payload.failing() && context.attempt() < 3) {
          throw new IllegalStateException("the third step fails");
        }
        return n * 10;
      }

      @Override
      public Backoff backoff() {
        return new Backoff.Fixed(Duration.ofMillis(50), 0);
      }
    };
  }

  /** A payload with constraints. */
  record Letter(@NotBlank @Email String to, @Positive int copies, List<@Valid Page> pages) {}

  record Page(@NotBlank String text) {}

  @Bean
  JobHandler<Letter> letter() {
    return new Named<Letter>("author.letter") {
      @Override
      public Outcome run(Letter payload, JobContext context) {
        DONE.add(context.jobId() + " sent");
        return new Outcome.Complete(null);
      }
    };
  }

  /** Version 4: {@code first} and {@code last}; 3 had {@code name}, which 2 called {@code who}. */
  record Person(String first, String last) {}

  @Bean
  JobHandler<Person> person() {
    return new Named<Person>("author.person") {
      @Override
      public int payloadVersion() {
        return 4;
      }

      @Override
      public Optional<JsonNode> upcast(int from, JsonNode payload) {
        var object = (ObjectNode) payload;
        return switch (from) {
          case 2 -> Optional.of(object.set("name", object.remove("who")));
          case 3 -> {
            var names = object.remove("name").asString().split(" ");
            yield Optional.of(object.put("first", names[0]).put("last", names[1]));
          }
          default -> Optional.empty();
        };
      }

      @Override
      public Outcome run(Person payload, JobContext context) {
        return new Outcome.Complete(
            "{\"first\":\"%s\",\"last\":\"%s\"}".formatted(payload.first(), payload.last()));
      }
    };
  }

  /** Spins until it is told to end; heeds no interrupt but {@code isCancelled}. */
  record Spin(@Nullable Boolean insists) {}

  @Bean
  JobHandler<Spin> spin() {
    return new Named<Spin>("author.spin") {
      @Override
      public Outcome run(Spin payload, JobContext context) {
        DONE.add(context.jobId() + " began");
        while (!context.isCancelled() && !context.timeLeft().isNegative()) {
          Thread.onSpinWait();
        }
        context.log("told to end");
        return Boolean.TRUE.equals(payload.insists())
            ? new Outcome.Complete("\"done\"")
            : new Outcome.Retry(new JobFailure("stopped", "it was told to end"), null);
      }
    };
  }

  @Bean
  JobHandler<JsonNode> child() {
    return new Named<JsonNode>("author.child") {
      @Override
      public Outcome run(JsonNode payload, JobContext context) {
        var parents = context.parentResults();
        return new Outcome.Complete(
            "{\"parents\":%d,\"first\":%s}".formatted(parents.size(), parents.get("first")));
      }
    };
  }
}
