package dev.offstage.scheduler.batch.step;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.springframework.batch.core.step.FatalStepExecutionException;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.core.retry.RetryException;

/**
 * Why a step failed, for people: what the exceptions say from the outermost to the cause. Spring
 * Batch keeps the beginning of the stack trace, in which the cause does not come any more.
 */
final class Failures {
  private static final int MOST = 2_000;
  private static final int MOST_PARTS = 5;

  private Failures() {}

  /** Of a step with parts, what these say. */
  static String describe(StepExecution step) {
    Set<String> words = new LinkedHashSet<>();
    step.getJobExecution().getStepExecutions().stream()
        .filter(part -> part.getStepName().startsWith(step.getStepName() + ":"))
        .filter(part -> part.getStatus().isUnsuccessful())
        .limit(MOST_PARTS)
        .forEach(
            part ->
                words.add(part.getStepName() + ": " + part.getExitStatus().getExitDescription()));
    if (words.isEmpty()) {
      step.getFailureExceptions().forEach(each -> words.add(String.join(": ", chain(each))));
    }
    var text = String.join("\n", words);
    return text.length() > MOST ? text.substring(0, MOST) : text;
  }

  private static List<String> chain(Throwable failure) {
    var said = new ArrayList<String>();
    for (Throwable at = failure; at != null; at = at.getCause()) {
      boolean wrapper =
          (at instanceof FatalStepExecutionException || at instanceof RetryException)
              && at.getCause() != null;
      var message = at.getMessage() == null ? at.getClass().getSimpleName() : at.getMessage();
      boolean news = said.stream().noneMatch(before -> before.contains(message));
      if (!wrapper && news) {
        said.add(message);
      }
    }
    return said;
  }
}
