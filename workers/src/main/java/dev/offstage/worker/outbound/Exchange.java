package dev.offstage.worker.outbound;

import dev.offstage.worker.outbound.OutboundAnswer.Failed;
import dev.offstage.worker.outbound.OutboundAnswer.Header;
import dev.offstage.worker.outbound.OutboundAnswer.Reason;
import dev.offstage.worker.outbound.OutboundAnswer.Received;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;

/**
 * One call. It runs on a thread of its own, so that its caller need not wait for a socket that only
 * trickles: when the time is up, or the caller is interrupted, the connection is cut, which ends
 * whatever that thread waits for.
 */
final class Exchange {
  /** Whose call it is that this thread makes: the client's resolver is told no more than a name. */
  static final ScopedValue<String> TENANT = ScopedValue.newInstance();

  private final CloseableHttpClient client;
  private final OutboundRequest request;
  private final HttpUriRequestBase http;
  private final long began = System.nanoTime();

  /** What has come so far, for the message when the time is up. */
  private volatile String stage = "no connection";

  /**
   * @param url the request's as it was checked: what was understood then is what is called
   */
  Exchange(CloseableHttpClient client, OutboundRequest request, URI url) {
    this.client = client;
    this.request = request;
    this.http = http(request, url);
  }

  private static HttpUriRequestBase http(OutboundRequest request, URI url) {
    var http = new HttpUriRequestBase(request.method(), url);
    request.headers().forEach(header -> http.addHeader(header.name(), header.value()));
    if (request.body() != null) {
      // The type is among the headers; an entity with one would send it twice.
      http.setEntity(new ByteArrayEntity(request.body(), (ContentType) null));
    }
    return http;
  }

  OutboundAnswer run() throws InterruptedException {
    var answer = new CompletableFuture<OutboundAnswer>();
    var thread = Thread.ofVirtual().name("outbound").start(() -> complete(answer));
    try {
      long left = request.timeLimit().toNanos() - (System.nanoTime() - began);
      return answer.get(Math.max(left, 0), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      cut(thread);
      return new Failed(
          Reason.TIMEOUT,
          "%s: %s after %d ms".formatted(place(), stage, request.timeLimit().toMillis()),
          elapsed());
    } catch (InterruptedException e) {
      cut(thread);
      throw e;
    } catch (ExecutionException e) {
      throw new IllegalStateException("a call failed otherwise than calls do", e.getCause());
    }
  }

  private void cut(Thread thread) {
    http.cancel();
    thread.interrupt();
  }

  private void complete(CompletableFuture<OutboundAnswer> answer) {
    try {
      answer.complete(ScopedValue.where(TENANT, request.tenant()).call(this::exchanged));
    } catch (IOException e) {
      answer.complete(Failures.of(e, place(), elapsed()));
    } catch (RuntimeException | Error e) {
      answer.completeExceptionally(e);
    }
  }

  private OutboundAnswer exchanged() throws IOException {
    var response = client.executeOpen(null, http, null);
    try {
      stage = "status " + response.getCode() + ", the body not complete";
      var body = body(response);
      boolean more = body.length > request.bodyLimit();
      if (more && response.getCode() / 100 == 2 && !ends(response.getEntity())) {
        return new Failed(
            Reason.ANSWER_TOO_LARGE,
            "%s: status %d, and a body of more than %d bytes"
                .formatted(
                    place(), response.getCode(), request.bodyLimit() + OutboundProfile.MAX_UNKEPT),
            elapsed());
      }
      var kept = more ? Arrays.copyOf(body, request.bodyLimit()) : body;
      var received = new Received(response.getCode(), headers(response), kept, more, elapsed());
      if (!more) {
        response.close();
      }
      return received;
    } finally {
      // Unless it was read to its end and closed: whatever else would come is not waited for.
      http.cancel();
    }
  }

  /** One byte more than is kept tells whether there was more. */
  private byte[] body(ClassicHttpResponse response) throws IOException {
    var entity = response.getEntity();
    if (entity == null) {
      return new byte[0];
    }
    return entity.getContent().readNBytes(request.bodyLimit() + 1);
  }

  /**
   * Whether what is not kept of a body has an end within bounds. It is read to it: one that never
   * ends is no answer, whatever stood before it.
   */
  private static boolean ends(HttpEntity entity) throws IOException {
    var rest = entity.getContent();
    var buffer = new byte[8 * 1024];
    long left = OutboundProfile.MAX_UNKEPT;
    for (int read = 0; read >= 0; read = rest.read(buffer)) {
      left -= read;
      if (left < 0) {
        return false;
      }
    }
    return true;
  }

  private static List<Header> headers(ClassicHttpResponse response) {
    return Arrays.stream(response.getHeaders())
        .map(header -> new Header(header.getName(), String.valueOf(header.getValue())))
        .toList();
  }

  private String place() {
    return request.method()
        + " "
        + request.url().getScheme()
        + "://"
        + request.url().getRawAuthority();
  }

  private Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - began);
  }
}
