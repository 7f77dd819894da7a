package dev.offstage.scheduler.batch.step;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Optional;
import org.springframework.batch.core.job.parameters.JobParameters;
import org.springframework.batch.core.step.StepExecution;

/** An execution's parameters, checked and with their defaults when it was started. */
public final class RunParameters {
  private final JobParameters parameters;

  private RunParameters(JobParameters parameters) {
    this.parameters = parameters;
  }

  public static RunParameters of(StepExecution step) {
    return new RunParameters(step.getJobParameters());
  }

  /** A parameter that may have been left out. */
  public Optional<String> optional(String name) {
    return Optional.ofNullable(parameters.getString(name));
  }

  /** One that is required or has a default, as are those of the verbs below. */
  public String text(String name) {
    return optional(name)
        .orElseThrow(() -> new IllegalStateException("The parameter " + name + " was not given"));
  }

  public LocalDate day(String name) {
    return LocalDate.parse(text(name));
  }

  public Instant moment(String name) {
    return Instant.parse(text(name));
  }

  public long number(String name) {
    return Long.parseLong(text(name));
  }

  public boolean yes(String name) {
    return text(name).equals("true");
  }

  public Duration duration(String name) {
    return Duration.parse(text(name));
  }
}
