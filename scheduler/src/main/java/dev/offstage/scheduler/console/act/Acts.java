package dev.offstage.scheduler.console.act;

import dev.offstage.audit.Act;
import dev.offstage.audit.Actor;
import dev.offstage.audit.Audit;
import dev.offstage.problem.FieldProblem;
import dev.offstage.problem.ProblemException;
import dev.offstage.problem.ProblemType;
import dev.offstage.scheduler.batch.BatchRefusedException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Does what operators ask for, and has it written down. */
@Component
public final class Acts {
  private static final ProblemType CONFLICT = ProblemType.of(409, "refused", "Refused");

  private final Audit audit;

  Acts(Audit audit) {
    this.audit = audit;
  }

  /**
   * Does an act and writes its entry, in one transaction.
   *
   * @param result what came of it, for the entry
   * @throws ProblemException if it made no sense; that has an entry, too
   */
  public <T> T act(
      Actor actor,
      Act act,
      Supplier<T> deed,
      Function<T, ? extends Map<String, ? extends @Nullable Object>> result) {
    return audit.act(actor, act, () -> told(deed), result, ProblemException.class::isInstance);
  }

  /** Does an act whose outcome says nothing more. */
  public void act(Actor actor, Act act, Runnable deed) {
    act(
        actor,
        act,
        () -> {
          deed.run();
          return true;
        },
        done -> Map.of());
  }

  private static <T> T told(Supplier<T> deed) {
    try {
      return deed.get();
    } catch (BatchRefusedException e) {
      throw problem(e);
    }
  }

  /** What a batch's refusal is to a client: a bad member, or how things stand. */
  public static ProblemException problem(BatchRefusedException e) {
    var text = String.valueOf(e.getMessage());
    var field = e.field();
    if (field == null) {
      return CONFLICT.because(text);
    }
    if (field.equals("execution") || field.equals("range")) {
      return ProblemType.NOT_FOUND.because(text);
    }
    return invalid(
        field, text.startsWith(field + ": ") ? text.substring(field.length() + 2) : text);
  }

  /** A member that is not as it should be. */
  public static ProblemException invalid(String field, String detail) {
    return ProblemType.INVALID_REQUEST
        .because("The request is not valid; see errors for what was expected.")
        .errors(List.of(new FieldProblem(field, detail)));
  }

  /** How things stand does not allow it. */
  public static ProblemException conflict(String detail) {
    return CONFLICT.because(detail);
  }

  /** There is nothing of that name. */
  public static ProblemException missing(String what) {
    return ProblemType.NOT_FOUND.because("There is no such " + what + ".");
  }
}
