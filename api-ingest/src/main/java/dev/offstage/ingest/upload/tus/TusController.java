package dev.offstage.ingest.upload.tus;

import dev.offstage.ingest.auth.Caller;
import dev.offstage.ingest.upload.Checksum;
import dev.offstage.ingest.upload.Reception;
import dev.offstage.ingest.upload.RequestBody;
import dev.offstage.ingest.upload.Upload;
import dev.offstage.ingest.upload.Uploads;
import dev.offstage.problem.ProblemException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.URI;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.context.request.async.DeferredResultProcessingInterceptor;
import org.springframework.web.context.request.async.WebAsyncUtils;
import org.springframework.web.servlet.support.ServletUriComponentsBuilder;

/** The requests of tus 1.0.0. */
@RestController
class TusController {
  private static final String EXTENSIONS =
      "creation,creation-with-upload,creation-defer-length,expiration,checksum,termination,"
          + "concatenation";
  private static final String CHECKSUMS =
      Arrays.stream(Checksum.Algorithm.values())
          .map(Checksum.Algorithm::text)
          .collect(Collectors.joining(","));

  /** RFC 9110's IMF-fixdate, which {@link DateTimeFormatter#RFC_1123_DATE_TIME} is not. */
  private static final DateTimeFormatter IMF_FIXDATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private static final long NO_TIMEOUT = 0L;

  private final Uploads uploads;

  TusController(Uploads uploads) {
    this.uploads = uploads;
  }

  @RequestMapping(
      path = {"/files", "/files/", "/files/{id}"},
      method = RequestMethod.OPTIONS)
  ResponseEntity<Void> options() {
    return ResponseEntity.noContent()
        .header("Tus-Version", TusFilter.VERSION)
        .header("Tus-Extension", EXTENSIONS)
        .header("Tus-Max-Size", Long.toString(uploads.maxSize()))
        .header("Tus-Checksum-Algorithm", CHECKSUMS)
        .build();
  }

  @PostMapping({"/files", "/files/"})
  DeferredResult<ResponseEntity<Void>> create(Caller caller, HttpServletRequest http)
      throws IOException {
    var request = new TusRequest(http);
    var wanted = request.newUpload();
    var concat = wanted.concat();
    if (concat != null && !concat.equals("partial")) {
      var parts = TusRequest.parts(concat);
      return known(created(http, uploads.concatenate(caller, wanted, parts)));
    }
    if (!request.hasBody()) {
      return known(created(http, uploads.create(caller, wanted, 0)));
    }
    var chunk = request.firstChunk();
    var upload = uploads.create(caller, wanted, chunk.size());
    var location = location(http, upload.id());
    try {
      var reception = uploads.append(upload.id(), caller, chunk);
      return receive(http, reception, whole -> created(http, whole), location);
    } catch (ProblemException e) {
      throw e.header("Location", location.toString());
    }
  }

  @RequestMapping(path = "/files/{id}", method = RequestMethod.HEAD)
  ResponseEntity<Void> status(@PathVariable String id, @Nullable Caller caller) throws IOException {
    var upload = uploads.status(TusRequest.id(id), caller);
    var answer = answer(HttpStatus.OK, upload).header("Cache-Control", "no-store");
    if (upload.length() == null) {
      answer.header("Upload-Defer-Length", "1");
    } else {
      answer.header("Upload-Length", Long.toString(upload.length()));
    }
    if (upload.metadata() != null) {
      answer.header("Upload-Metadata", upload.metadata());
    }
    if (upload.concat() != null) {
      answer.header("Upload-Concat", upload.concat());
    }
    return answer.build();
  }

  @PatchMapping("/files/{id}")
  DeferredResult<ResponseEntity<Void>> append(
      @PathVariable String id, @Nullable Caller caller, HttpServletRequest http)
      throws IOException {
    var upload = TusRequest.id(id);
    var reception = uploads.append(upload, caller, new TusRequest(http).chunk());
    return receive(
        http, reception, now -> answer(HttpStatus.NO_CONTENT, now).build(), location(http, upload));
  }

  @DeleteMapping("/files/{id}")
  ResponseEntity<Void> terminate(@PathVariable String id, Caller caller) throws IOException {
    uploads.terminate(TusRequest.id(id), caller);
    return ResponseEntity.noContent().build();
  }

  private static ResponseEntity<Void> created(HttpServletRequest http, Upload upload) {
    return answer(HttpStatus.CREATED, upload).location(location(http, upload.id())).build();
  }

  private static URI location(HttpServletRequest http, UUID upload) {
    return ServletUriComponentsBuilder.fromContextPath(http)
        .path("/files/{id}")
        .buildAndExpand(upload)
        .toUri();
  }

  /** What every answer about an upload says; once it is complete, also what became of it. */
  private static ResponseEntity.BodyBuilder answer(HttpStatus status, Upload upload) {
    var answer =
        ResponseEntity.status(status)
            .header("Upload-Offset", Long.toString(upload.received()))
            .header("Upload-Expires", IMF_FIXDATE.format(upload.expiresAt()));
    if (upload.asset() != null) {
      answer.header("Offstage-Asset", upload.asset().toString());
      answer.header("Link", "</v1/assets/" + upload.asset() + ">; rel=\"related\"");
    }
    if (upload.job() != null) {
      answer.header("Offstage-Job", upload.job().toString());
    }
    return answer;
  }

  private static DeferredResult<ResponseEntity<Void>> known(ResponseEntity<Void> answer) {
    var result = new DeferredResult<ResponseEntity<Void>>();
    result.setResult(answer);
    return result;
  }

  /** Answers once the reception has ended; its body is read as it comes, by no waiting thread. */
  private static DeferredResult<ResponseEntity<Void>> receive(
      HttpServletRequest http,
      Reception reception,
      Function<Upload, ResponseEntity<Void>> answer,
      URI location) {
    var result = new DeferredResult<ResponseEntity<Void>>(NO_TIMEOUT);
    WebAsyncUtils.getAsyncManager(http)
        .registerDeferredResultInterceptor(Reception.class, new Body(http, reception));
    reception
        .outcome()
        .whenComplete(
            (upload, failure) -> {
              if (failure == null) {
                result.setResult(answer.apply(upload));
              } else if (failure instanceof ProblemException problem) {
                // A creation's client may have learnt its upload's URL from nowhere else.
                result.setErrorResult(problem.header("Location", location.toString()));
              } else {
                result.setErrorResult(failure);
              }
            });
    return result;
  }

  /** Begins to read once the request is asynchronous, and sees to it that every reception ends. */
  private record Body(HttpServletRequest http, Reception reception)
      implements DeferredResultProcessingInterceptor {

    @Override
    public <T> void preProcess(NativeWebRequest request, DeferredResult<T> result)
        throws IOException {
      if (!reception.outcome().isDone()) {
        var in = http.getInputStream();
        in.setReadListener(new RequestBody(in, reception));
      }
    }

    @Override
    public <T> void afterCompletion(NativeWebRequest request, DeferredResult<T> result) {
      reception.cut();
    }
  }
}
