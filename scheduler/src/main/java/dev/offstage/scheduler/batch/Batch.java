package dev.offstage.scheduler.batch;

import java.util.HashSet;
import java.util.List;
import org.springframework.batch.core.job.Job;

/**
 * Something that operators can start. Each is a bean, found by its type; its job is none.
 *
 * @param name as operators and schedules write it; the job's name too
 * @param description a sentence, for people
 * @param parameters what it takes; there are no others. One that takes {@code from} and {@code to},
 *     both days and both included, can be run for a range, an execution a day
 */
public record Batch(String name, String description, List<BatchParameter> parameters, Job job) {

  public Batch {
    parameters = List.copyOf(parameters);
    if (!name.equals(job.getName())) {
      throw new IllegalArgumentException(
          "The batch %s has a job named %s (expected: the same name)"
              .formatted(name, job.getName()));
    }
    var names = new HashSet<String>();
    for (var parameter : parameters) {
      if (!names.add(parameter.name())) {
        throw new IllegalArgumentException(name + " has two parameters " + parameter.name());
      }
    }
  }

  /** Whether it can be run for a range of days. */
  public boolean isDaily() {
    return takesDay("from") && takesDay("to");
  }

  private boolean takesDay(String parameter) {
    return parameters.stream()
        .anyMatch(each -> each.name().equals(parameter) && each.type() == ParameterType.DATE);
  }
}
