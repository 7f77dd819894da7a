package dev.offstage.worker.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offstage.outbound.OutboundProperties;
import dev.offstage.outbound.OutboundUrls;
import dev.offstage.worker.outbound.OutboundAnswer.Failed;
import dev.offstage.worker.outbound.OutboundAnswer.Reason;
import dev.offstage.worker.outbound.OutboundAnswer.Received;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the client makes of servers good and bad; those of this machine are allowed here. */
@Timeout(60)
class HttpOutboundTests {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Duration SHORT = Duration.ofMillis(500);
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  private final CountDownLatch never = new CountDownLatch(1);
  private final HttpOutbound outbound = outbound(InetAddress::getAllByName);

  private static HttpOutbound outbound(NameLookups.Resolver resolver) {
    return outbound(2, resolver);
  }

  private static HttpOutbound outbound(int lookups, NameLookups.Resolver resolver) {
    var urls =
        new OutboundUrls(new OutboundProperties(Set.of("127.0.0.1", "partner.example.com"), false));
    return new HttpOutbound(
        urls,
        new OutboundProfile(20, 5, Duration.ofSeconds(2), Duration.ofSeconds(20), lookups),
        resolver);
  }

  @AfterEach
  void close() throws Exception {
    never.countDown();
    outbound.close();
  }

  private static URI url(RawServer server) {
    return URI.create("http://127.0.0.1:" + server.port() + "/hook?a=b");
  }

  private OutboundAnswer get(RawServer server, Duration timeLimit) throws InterruptedException {
    return outbound.send(OutboundRequest.to("GET", url(server), timeLimit).build());
  }

  private static Failed failed(OutboundAnswer answer, Reason reason) {
    assertThat(answer)
        .isInstanceOfSatisfying(Failed.class, f -> assertThat(f.reason()).isEqualTo(reason));
    return (Failed) answer;
  }

  private static Received received(OutboundAnswer answer) {
    assertThat(answer).isInstanceOf(Received.class);
    return (Received) answer;
  }

  @Test
  void whatIsSentArrivesByteByByteAndTheAnswerComesBack() throws Exception {
    try (var server =
        RawServer.answering(
            "HTTP/1.1 202 Accepted\r\n"
                + "X-Id: 7\r\n"
                + "Set-Cookie: a=b\r\n"
                + "Connection: close\r\n"
                + "Content-Length: 3\r\n\r\n"
                + "yes")) {
      var request =
          OutboundRequest.to("POST", url(server), LONG)
              .header("Content-Type", "application/json")
              .header("webhook-id", "msg_1")
              .body("{\"ä\":1}".getBytes(StandardCharsets.UTF_8))
              .build();

      var answer = received(outbound.send(request));
      outbound.send(request);

      assertThat(answer.status()).isEqualTo(202);
      assertThat(answer.isSuccess()).isTrue();
      assertThat(answer.text()).isEqualTo("yes");
      assertThat(answer.header("x-id")).hasValue("7");
      assertThat(answer.truncated()).isFalse();
      assertThat(server.requests()).hasSize(2);
      var sent = server.requests().getLast();
      assertThat(sent)
          .startsWith("POST /hook?a=b HTTP/1.1\r\n")
          .contains("webhook-id: msg_1\r\n", "User-Agent: Offstage/", "Content-Length: 8\r\n")
          .doesNotContain("Cookie", "Accept-Encoding")
          .containsOnlyOnce("Content-Type");
      assertThat(new String(sent.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8))
          .endsWith("\r\n\r\n{\"ä\":1}");
    }
  }

  @Test
  void aConnectionIsUsedAgain() throws Exception {
    try (var server =
        new RawServer(
            (request, out) -> {
              out.write(OK.getBytes(StandardCharsets.US_ASCII));
              out.flush();
              never.await();
            })) {
      received(get(server, LONG));
      // The second request goes over the first connection, where nobody answers it.
      failed(get(server, SHORT), Reason.TIMEOUT);
      assertThat(server.connections()).isOne();
    }
  }

  @Test
  void aRedirectIsAnAnswerAndNeverFollowed() throws Exception {
    try (var inside = RawServer.answering(OK);
        var server =
            RawServer.answering(
                "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:%d/\r\nContent-Length: 0\r\n\r\n"
                    .formatted(inside.port()))) {
      assertThat(received(get(server, LONG)).status()).isEqualTo(302);
      assertThat(inside.connections()).isZero();
    }
  }

  @Test
  void ofALongBodyTheFirstBytesAreKept() throws Exception {
    try (var long200 =
            RawServer.answering(
                "HTTP/1.1 200 OK\r\nContent-Length: 500000\r\n\r\n" + "x".repeat(500_000));
        var endless500 = endlessly("HTTP/1.1 500 Oh\r\n\r\n")) {
      for (var server : List.of(long200, endless500)) {
        var answer = received(outbound.send(small(server)));
        assertThat(answer.body()).hasSize(4096);
        assertThat(answer.truncated()).isTrue();
      }
    }
  }

  /** Neither what was said to be long nor what never ends. */
  @Test
  void aSuccessWithoutMeasureIsNone() throws Exception {
    try (var endless = endlessly("HTTP/1.1 200 OK\r\n\r\n");
        var announced = endlessly("HTTP/1.1 200 OK\r\nContent-Length: 9999999999\r\n\r\n")) {
      for (var server : List.of(endless, announced)) {
        assertThat(failed(outbound.send(small(server)), Reason.ANSWER_TOO_LARGE).message())
            .contains("status 200", "more than 1052672 bytes");
      }
    }
  }

  private static OutboundRequest small(RawServer server) {
    return OutboundRequest.to("GET", url(server), LONG).bodyLimit(4096).build();
  }

  private static RawServer endlessly(String head) throws Exception {
    return new RawServer(
        (request, out) -> {
          out.write(head.getBytes(StandardCharsets.US_ASCII));
          endless(out, "x");
        });
  }

  private static void endless(OutputStream out, String text) throws Exception {
    var bytes = text.repeat(1_000).getBytes(StandardCharsets.US_ASCII);
    while (true) {
      out.write(bytes);
    }
  }

  @Test
  void aBombIsNotUnpacked() throws Exception {
    var packed = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(packed)) {
      gzip.write(new byte[50_000_000]);
    }
    try (var server =
        new RawServer(
            (request, out) -> {
              var head =
                  "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n"
                      .formatted(packed.size());
              out.write(head.getBytes(StandardCharsets.US_ASCII));
              packed.writeTo(out);
            })) {
      assertThat(received(get(server, LONG)).body().length).isLessThanOrEqualTo(packed.size());
    }
  }

  @Test
  void aServerThatTricklesIsCutOffWhenTheTimeIsUp() throws Exception {
    try (var head =
            new RawServer(
                (request, out) -> drip(out, "HTTP/1.1 200 OK\r\nX: " + "y".repeat(9_999)));
        var body =
            new RawServer(
                (request, out) ->
                    drip(
                        out,
                        "HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n" + "y".repeat(9_999)))) {
      failed(get(head, SHORT), Reason.TIMEOUT);
      assertThat(failed(get(body, Duration.ofSeconds(2)), Reason.TIMEOUT).message())
          .contains("127.0.0.1", "status 200");
    }
  }

  private static void drip(OutputStream out, String text) throws Exception {
    for (byte next : text.getBytes(StandardCharsets.US_ASCII)) {
      out.write(next);
      out.flush();
      Thread.sleep(10);
    }
  }

  @Test
  void aServerThatSaysNothingIsCutOffWhenTheTimeIsUp() throws Exception {
    try (var server = new RawServer((request, out) -> never.await())) {
      failed(get(server, SHORT), Reason.TIMEOUT);
    }
  }

  @Test
  void headersWithoutEndAreRefused() throws Exception {
    try (var many =
            new RawServer(
                (request, out) -> {
                  out.write("HTTP/1.1 200 OK\r\n".getBytes(StandardCharsets.US_ASCII));
                  endless(out, "X-A: b\r\n");
                });
        var wide =
            new RawServer(
                (request, out) -> {
                  out.write("HTTP/1.1 200 OK\r\nX: ".getBytes(StandardCharsets.US_ASCII));
                  endless(out, "y");
                });
        var early =
            new RawServer((request, out) -> endless(out, "HTTP/1.1 100 Continue\r\n\r\n"))) {
      failed(get(many, LONG), Reason.ANSWER_REFUSED);
      failed(get(wide, LONG), Reason.ANSWER_REFUSED);
      assertThat(get(early, SHORT)).isInstanceOf(Failed.class);
    }
  }

  @Test
  void whatIsNotHttpIsRefused() throws Exception {
    try (var server = RawServer.answering("SSH-2.0-OpenSSH_9.2\r\n".repeat(10))) {
      failed(get(server, LONG), Reason.ANSWER_REFUSED);
    }
  }

  @Test
  void aConnectionThatBreaksIsLost() throws Exception {
    try (var before = RawServer.answering("");
        var within = RawServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok")) {
      failed(get(before, LONG), Reason.CONNECTION_LOST);
      failed(get(within, LONG), Reason.CONNECTION_LOST);
      assertThat(before.requests()).as("tried once").hasSize(1);
    }
  }

  @Test
  void whereNobodyListensTheConnectionFails() throws Exception {
    int port;
    try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    var url = URI.create("http://127.0.0.1:" + port + "/");
    failed(outbound.send(OutboundRequest.to("GET", url, LONG).build()), Reason.CONNECT_FAILED);
  }

  @Test
  void whoeverSpeaksNoTlsFailsByIt() throws Exception {
    try (var server = RawServer.shouting("HTTP/1.1 400 Bad Request\r\n\r\n")) {
      var url = URI.create("https://127.0.0.1:" + server.port() + "/");
      failed(outbound.send(OutboundRequest.to("GET", url, LONG).build()), Reason.TLS_FAILED);
    }
  }

  @Test
  void aCertificateThatNobodyVouchesForFailsTls() throws Exception {
    try (var server = new RawServer(SelfSigned.serverSocket(), (request, out) -> {})) {
      var url = URI.create("https://127.0.0.1:" + server.port() + "/");
      failed(outbound.send(OutboundRequest.to("GET", url, LONG).build()), Reason.TLS_FAILED);
      assertThat(server.requests()).as("nothing was told before").isEmpty();
    }
  }

  @Test
  void aNameWithoutAnAddressIsUnknown() throws Exception {
    try (var client =
        outbound(
            host -> {
              throw new UnknownHostException(host);
            })) {
      var url = URI.create("https://partner.example.com/");
      failed(client.send(OutboundRequest.to("GET", url, LONG).build()), Reason.NAME_UNKNOWN);
    }
  }

  @Test
  void aNameServerThatDoesNotAnswerHoldsOneThreadForAllWhoAskForTheName() throws Exception {
    try (var server = RawServer.answering(OK);
        var client =
            outbound(
                host -> {
                  if (host.startsWith("dead")) {
                    awaitUninterruptibly();
                  }
                  return new InetAddress[] {InetAddress.ofLiteral("127.0.0.1")};
                })) {
      var dead = URI.create("https://dead.example.com/");
      for (int i = 0; i < 5; i++) {
        var answer = client.send(OutboundRequest.to("GET", dead, SHORT).build());
        failed(answer, Reason.TIMEOUT);
      }
      var live = URI.create("http://partner.example.com:" + server.port() + "/");
      received(client.send(OutboundRequest.to("GET", live, LONG).build()));
    }
  }

  @Test
  void oneTenantsDeadNamesHoldNoMoreThanItsShareOfTheLookups() throws Exception {
    var held = new AtomicInteger();
    try (var server = RawServer.answering(OK);
        var client =
            outbound(
                8,
                host -> {
                  if (host.startsWith("dead")) {
                    held.incrementAndGet();
                    awaitUninterruptibly();
                  }
                  return new InetAddress[] {InetAddress.ofLiteral("127.0.0.1")};
                })) {
      for (int n = 0; n < 12; n++) {
        var dead = URI.create("https://dead" + n + ".example.com/");
        var request = OutboundRequest.to("GET", dead, Duration.ofMillis(200)).build();
        failed(client.send(request.within(LONG, "acme")), Reason.TIMEOUT);
      }
      assertThat(held.get()).as("a quarter of eight").isEqualTo(2);

      var live = URI.create("http://partner.example.com:" + server.port() + "/");
      var request = OutboundRequest.to("GET", live, LONG).build();
      received(client.send(request.within(LONG, "globex")));
      failed(client.send(request.within(SHORT, "acme")), Reason.TIMEOUT);
      never.countDown();
      received(client.send(request.within(LONG, "acme")));
    }
  }

  /** As a lookup of the system is. */
  private void awaitUninterruptibly() {
    while (true) {
      try {
        never.await();
        return;
      } catch (InterruptedException e) {
        // goes on
      }
    }
  }

  @Test
  void whoeverIsInterruptedStopsWaitingAndTheConnectionIsCut() throws Exception {
    var asked = new CountDownLatch(1);
    var cut = new CountDownLatch(1);
    try (var server =
        new RawServer(
            (request, out) -> {
              asked.countDown();
              try {
                endless(out, "HTTP/1.1 100 Continue\r\n\r\n");
              } finally {
                cut.countDown();
              }
            })) {
      var thrown = new CountDownLatch(1);
      var caller =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      get(server, LONG);
                    } catch (InterruptedException e) {
                      thrown.countDown();
                    }
                  });
      asked.await();
      caller.interrupt();
      thrown.await();
      cut.await();
    }
  }

  @Test
  void aRequestThatCouldSmuggleAnotherIsNotMade() {
    var to = URI.create("https://example.com/");
    assertThatThrownBy(() -> OutboundRequest.to("GET", to, LONG).header("Host", "x"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> OutboundRequest.to("GET / HTTP/1.1\r\n", to, LONG).build())
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> OutboundRequest.to("CONNECT", to, LONG).build())
        .isInstanceOf(IllegalArgumentException.class);
  }
}
