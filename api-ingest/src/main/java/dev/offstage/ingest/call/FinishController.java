package dev.offstage.ingest.call;

import dev.offstage.body.Bodies;
import dev.offstage.body.Fields;
import dev.offstage.body.JsonText;
import dev.offstage.call.CallToken;
import dev.offstage.call.CallWaits;
import dev.offstage.client.Announcer;
import dev.offstage.job.JobId;
import dev.offstage.problem.ProblemException;
import dev.offstage.problem.ProblemType;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.transaction.support.TransactionOperations;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

@RestController
@Tag(name = "Calls")
class FinishController {
  static final String TOKEN = "Offstage-Token";

  /** As large as the answer of a call may be, to become a result. */
  private static final int MAX_BODY = 256 * 1024;

  private static final ProblemType TOO_LATE =
      ProblemType.of(410, "answer-too-late", "Answer too late");
  private static final ProblemType CONTRADICTED =
      ProblemType.of(409, "answer-contradicted", "Answered otherwise before");

  private final CallWaits waits;
  private final Announcer announcer;
  private final TransactionOperations transactions;

  FinishController(CallWaits waits, Announcer announcer, TransactionOperations transactions) {
    this.waits = waits;
    this.announcer = announcer;
    this.transactions = transactions;
  }

  /** The description of what is read. */
  @Schema(name = "CallAnswer")
  record AnswerRequest(
      @Schema(description = "The job's result", implementation = Object.class)
          @Nullable Object result,
      @Schema(description = "Given in its stead: the call failed") @Nullable ErrorRequest error) {}

  @Schema(name = "CallError")
  record ErrorRequest(
      @Schema(example = "card-declined") String reason,
      String message,
      @Schema(description = "Whether to call again", defaultValue = "false")
          @Nullable Boolean retry) {}

  @Operation(
      operationId = "finishCall",
      summary = "Finishes a job whose call was answered with 202",
      description =
          """
          For the endpoint that was called: with the token that the call's header \
          `Offstage-Token` had, before the deadline. Durable once it is answered; a repeat with \
          the same body is harmless. No other credential is asked for.\
          """,
      requestBody =
          @RequestBody(
              required = true,
              content =
                  @Content(
                      mediaType = MediaType.APPLICATION_JSON_VALUE,
                      schema = @Schema(implementation = AnswerRequest.class))))
  @ApiResponse(responseCode = "204", description = "Accepted")
  @PostMapping(path = "/v1/jobs/{id}/finish", consumes = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<Void> finish(
      @Parameter(schema = @Schema(format = "uuid")) @PathVariable String id,
      @RequestHeader(name = TOKEN, required = false) @Nullable String token,
      @Parameter(hidden = true) HttpServletRequest request) {
    if (token == null || token.length() > 100) {
      throw unknown();
    }
    var job = job(id);
    var answer = read(Bodies.json(request, MAX_BODY));
    var finish =
        Objects.requireNonNull(
            transactions.execute(status -> waits.finish(job, new CallToken(token), answer)));
    switch (finish) {
      case ACCEPTED -> announcer.announceTouched(waits.wake(job));
      case REPEATED -> {}
      case CONTRADICTED ->
          throw CONTRADICTED.because("The job was finished with another answer before.");
      case TOO_LATE ->
          throw TOO_LATE.because("The deadline has passed, or the job has ended otherwise.");
      case UNKNOWN -> throw unknown();
    }
    return ResponseEntity.noContent().build();
  }

  private static JobId job(String text) {
    try {
      return JobId.of(text);
    } catch (IllegalArgumentException e) {
      throw unknown();
    }
  }

  /** The same for a job that is not there as for a token that is not its. */
  private static ProblemException unknown() {
    return ProblemType.NOT_FOUND.because(
        "There is no job that waits with this Offstage-Token (expected: of that job's call).");
  }

  private static String read(JsonNode body) {
    var fields = Fields.of(body);
    var result = fields.any("result");
    var error = fields.object("error");
    if (error != null) {
      if (result != null && !result.isNull()) {
        fields.wrong("error", "given with a result");
      }
      check(error);
    }
    fields.noOthers();
    fields.check();
    return JsonText.MAPPER.writeValueAsString(body);
  }

  private static void check(Fields error) {
    var reason =
        error.required(
            "reason",
            "a word such as card-declined",
            text -> {
              if (!text.matches("[a-z0-9][a-z0-9-]{0,63}")) {
                throw new IllegalArgumentException(
                    "reason: " + text + " (expected: a word such as card-declined)");
              }
              return text;
            });
    var message = error.required("message", "text for people", text -> text);
    error.flag("retry");
    error.noOthers();
    if (reason != null && message != null && message.length() > 2_000) {
      error.wrong("message", message.length() + " characters (expected: at most 2000)");
    }
  }
}
