package dev.offstage.problem;

import dev.offstage.secret.SecretsUnavailableException;
import dev.offstage.store.Transience;
import jakarta.validation.ConstraintViolationException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.springframework.beans.TypeMismatchException;
import org.springframework.context.MessageSourceResolvable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.validation.FieldError;
import org.springframework.web.bind.MethodArgumentNotValidException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.ServletWebRequest;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.method.annotation.HandlerMethodValidationException;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;
import tools.jackson.core.JacksonException;

/** Turns whatever a controller throws into a problem. */
@RestControllerAdvice
class ProblemAdvice extends ResponseEntityExceptionHandler {
  private static final Logger log = LoggerFactory.getLogger(ProblemAdvice.class);
  private static final Duration AWAY = Duration.ofSeconds(2);
  private static final ProblemType NO_SECRETS =
      ProblemType.of(503, "secrets-unavailable", "Secrets cannot be kept");
  private static final ProblemType FULL = ProblemType.of(507, "storage-full", "Storage full");

  /** Room is made by people; to ask every other second would not help them. */
  private static final Duration FULL_FOR = Duration.ofSeconds(30);

  @ExceptionHandler
  @Nullable ResponseEntity<Object> violation(ConstraintViolationException e, WebRequest request) {
    var errors =
        e.getConstraintViolations().stream()
            .map(v -> new FieldProblem(v.getPropertyPath().toString(), v.getMessage()))
            .toList();
    return answer(e, invalid(errors), request);
  }

  @ExceptionHandler
  @Nullable ResponseEntity<Object> failure(Exception e, WebRequest request) {
    if (e instanceof IOException && committed(request)) {
      return null; // the client went away while it was being answered
    }
    if (Transience.of(e) || e instanceof CannotCreateTransactionException) {
      log.warn("Answered 503: {}", e.toString());
      return answer(
          e,
          ProblemType.UNAVAILABLE.because("Please try again shortly.").retryAfter(AWAY),
          request);
    }
    if (e instanceof SecretsUnavailableException) {
      log.error("Answered 503: {}", e.getMessage());
      return answer(e, NO_SECRETS.because(String.valueOf(e.getMessage())), request);
    }
    if (isDiskFull(e)) {
      log.error("Answered 507: {}", e.toString());
      var problem = FULL.because("There is no room for more bytes; please try again later.");
      return answer(e, problem.retryAfter(FULL_FOR), request);
    }
    log.error("Unexpected failure", e);
    var problem = ProblemType.INTERNAL.because("This is our fault, not yours.");
    var trace = MDC.get("traceId");
    return answer(e, trace == null ? problem : problem.with("traceId", trace), request);
  }

  @Override
  protected @Nullable ResponseEntity<Object> handleMethodArgumentNotValid(
      MethodArgumentNotValidException e,
      HttpHeaders headers,
      HttpStatusCode status,
      WebRequest request) {
    return answer(e, invalid(fields(e.getBindingResult().getAllErrors())), request);
  }

  @Override
  protected @Nullable ResponseEntity<Object> handleHandlerMethodValidationException(
      HandlerMethodValidationException e,
      HttpHeaders headers,
      HttpStatusCode status,
      WebRequest request) {
    var errors = new ArrayList<FieldProblem>();
    for (var result : e.getParameterValidationResults()) {
      var name = result.getMethodParameter().getParameterName();
      for (var error : result.getResolvableErrors()) {
        errors.add(
            error instanceof FieldError field
                ? field(field)
                : new FieldProblem(
                    String.valueOf(name), String.valueOf(error.getDefaultMessage())));
      }
    }
    return answer(e, invalid(errors), request);
  }

  @Override
  protected @Nullable ResponseEntity<Object> handleTypeMismatch(
      TypeMismatchException e, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
    var name =
        e instanceof MethodArgumentTypeMismatchException argument
            ? argument.getName()
            : String.valueOf(e.getPropertyName());
    return answer(e, invalid(List.of(new FieldProblem(name, "not of the expected form"))), request);
  }

  @Override
  protected @Nullable ResponseEntity<Object> handleHttpMessageNotReadable(
      HttpMessageNotReadableException e,
      HttpHeaders headers,
      HttpStatusCode status,
      WebRequest request) {
    var detail = "The body is missing or is not what this endpoint reads.";
    if (e.getCause() instanceof JacksonException json && json.getLocation() != null) {
      var at = json.getLocation();
      detail =
          "The body is not the expected JSON: line %d, column %d."
              .formatted(at.getLineNr(), at.getColumnNr());
    }
    return answer(e, ProblemType.INVALID_REQUEST.because(detail), request);
  }

  /** Where everything comes together: whatever Spring would answer gets a stable type. */
  @Override
  protected @Nullable ResponseEntity<Object> handleExceptionInternal(
      Exception e,
      @Nullable Object body,
      HttpHeaders headers,
      HttpStatusCode status,
      WebRequest request) {
    var answer = super.handleExceptionInternal(e, body, headers, status, request);
    if (answer != null && answer.getBody() instanceof ProblemDetail problem && isBare(problem)) {
      var type = ProblemType.forStatus(status);
      problem.setType(type.uri());
      problem.setTitle(type.title());
    }
    return answer;
  }

  private @Nullable ResponseEntity<Object> answer(
      Exception e, ProblemException problem, WebRequest request) {
    return handleExceptionInternal(
        e, problem.getBody(), problem.getHeaders(), problem.getStatusCode(), request);
  }

  /** Java has no exception for it; the text is that of the C library. */
  private static boolean isDiskFull(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      var text = String.valueOf(cause.getMessage());
      if (cause instanceof IOException
          && (text.contains("No space left on device") || text.contains("Disk quota exceeded"))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isBare(ProblemDetail problem) {
    return problem.getType() == null || problem.getType().toString().equals("about:blank");
  }

  private static boolean committed(WebRequest request) {
    return request instanceof ServletWebRequest servlet
        && servlet.getResponse() != null
        && servlet.getResponse().isCommitted();
  }

  private static ProblemException invalid(List<FieldProblem> errors) {
    return ProblemType.INVALID_REQUEST
        .because("The request is not valid; see errors for what was expected.")
        .errors(errors);
  }

  private static List<FieldProblem> fields(List<? extends MessageSourceResolvable> errors) {
    return errors.stream()
        .map(
            error ->
                error instanceof FieldError field
                    ? field(field)
                    : new FieldProblem("", String.valueOf(error.getDefaultMessage())))
        .toList();
  }

  private static FieldProblem field(FieldError error) {
    return new FieldProblem(error.getField(), String.valueOf(error.getDefaultMessage()));
  }
}
