package dev.offstage.e2e.handler;

import dev.offstage.job.Backoff;
import dev.offstage.job.JobFailure;
import dev.offstage.job.JobKind;
import dev.offstage.job.Outcome;
import dev.offstage.worker.handler.JobContext;
import dev.offstage.worker.handler.JobHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.springframework.boot.autoconfigure.AutoConfiguration;

/**
 * Does what a job's script says, and writes down, in a file of its own that Offstage knows nothing
 * of, which claims it ran for: one line each, before anything else happens.
 */
@AutoConfiguration
public class ScriptHandler implements JobHandler<ScriptHandler.Script> {
  /** Where each worker keeps its diary: a system property, the value a directory. */
  public static final String DIARIES = "offstage.e2e.diaries";

  private static final JobKind KIND = new JobKind("e2e.script");

  private final Path diary =
      Path.of(System.getProperty(DIARIES, "."), "diary-" + ProcessHandle.current().pid());

  /**
   * What to do.
   *
   * @param token unique to the job, so that whoever enqueued it knows it by more than its id
   * @param acts one for each claim, the last for all that follow: {@code sleep:MILLIS}, {@code
   *     fail}, {@code discard}, {@code snooze:MILLIS}, {@code unstorable} or {@code halt}
   */
  public record Script(String token, List<String> acts) {}

  @Override
  public JobKind kind() {
    return KIND;
  }

  @Override
  public Backoff backoff() {
    return new Backoff.Fixed(Duration.ofMillis(300), 0.3);
  }

  @Override
  public Outcome run(Script script, JobContext context) throws Exception {
    var acts = script.acts();
    var act = acts.get(Math.min(context.claimNo(), acts.size()) - 1).split(":");
    writeDown(script.token(), context.claimNo());
    return switch (act[0]) {
      case "sleep" -> sleep(Long.parseLong(act[1]), script, context);
      case "fail" -> new Outcome.Retry(new JobFailure("scripted", "the script says fail"), null);
      case "discard" -> new Outcome.Discard(new JobFailure("scripted", "the script says discard"));
      case "snooze" -> new Outcome.Snooze(Duration.ofMillis(Long.parseLong(act[1])));
      // No jsonb can hold this character.
      case "unstorable" -> new Outcome.Complete("{\"made\":\"\\u0000\"}");
      case "halt" -> halt();
      default -> throw new IllegalArgumentException("no such act: " + act[0]);
    };
  }

  private static Outcome sleep(long millis, Script script, JobContext context)
      throws InterruptedException {
    var unused = new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
    return new Outcome.Complete(
        "{\"token\":\"%s\",\"claim\":%d}".formatted(script.token(), context.claimNo()));
  }

  /** As a native library that crashes would. */
  private static Outcome halt() {
    Runtime.getRuntime().halt(134);
    throw new IllegalStateException("unreachable");
  }

  private void writeDown(String token, int claimNo) throws IOException {
    Files.write(
        diary,
        (token + " " + claimNo + "\n").getBytes(StandardCharsets.US_ASCII),
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }
}
