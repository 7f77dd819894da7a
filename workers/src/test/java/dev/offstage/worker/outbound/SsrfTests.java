package dev.offstage.worker.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offstage.outbound.OutboundProperties;
import dev.offstage.outbound.OutboundUrls;
import dev.offstage.worker.outbound.OutboundAnswer.Failed;
import dev.offstage.worker.outbound.OutboundAnswer.Reason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Nothing inside is reached, however it is spelled: listeners on every local address see no
 * connection, although any of these URLs would have led to them.
 */
@Timeout(60)
class SsrfTests {
  private static final Duration LIMIT = Duration.ofSeconds(2);

  /** What names resolve to that look like anybody's. */
  private static final Map<String, String> NAMES =
      Map.ofEntries(
          Map.entry("loopback.example.com", "127.0.0.1"),
          Map.entry("loopback2.example.com", "127.8.8.8"),
          Map.entry("loopback6.example.com", "::1"),
          Map.entry("any.example.com", "0.0.0.0"),
          Map.entry("any6.example.com", "::"),
          Map.entry("ten.example.com", "10.1.2.3"),
          Map.entry("metadata.example.com", "169.254.169.254"),
          Map.entry("cgnat.example.com", "100.100.100.200"),
          Map.entry("nat64.example.com", "64:ff9b::7f00:1"),
          Map.entry("sixtofour.example.com", "2002:7f00:1::1"),
          Map.entry("teredo.example.com", "2001:0:7f00:1::1"),
          Map.entry("compatible.example.com", "::127.0.0.1"),
          Map.entry("mapped.example.com", "::ffff:127.0.0.1"),
          Map.entry("translated.example.com", "::ffff:0:7f00:1"),
          Map.entry("unique.example.com", "fd00::1"),
          Map.entry("link.example.com", "fe80::1"),
          Map.entry("site.example.com", "fec0::1"),
          Map.entry("isatap.example.com", "2606:4700::5efe:7f00:1"),
          Map.entry("multicast.example.com", "224.0.0.1"),
          Map.entry("broadcast.example.com", "255.255.255.255"));

  private static final List<RawServer> LISTENERS = new ArrayList<>();
  private static int port;

  private final AtomicInteger asked = new AtomicInteger();
  private final HttpOutbound outbound =
      new HttpOutbound(
          new OutboundUrls(new OutboundProperties(Set.of(), true)),
          new OutboundProfile(20, 5, Duration.ofSeconds(1), Duration.ofSeconds(20), 4),
          this::resolve);

  private InetAddress[] resolve(String host) throws UnknownHostException {
    var name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    if (name.equals("rebinding.example.com")) {
      // What a check would be told, and what the connection would be: never twice the same.
      boolean first = asked.getAndIncrement() % 2 == 0;
      return addresses(first ? "192.0.2.1" : "127.0.0.1");
    }
    if (name.equals("both.example.com")) {
      return addresses("127.0.0.1", "::1", "10.0.0.1");
    }
    var address = NAMES.get(name);
    return address == null ? InetAddress.getAllByName(host) : addresses(address);
  }

  private static InetAddress[] addresses(String... literals) {
    var addresses = new InetAddress[literals.length];
    for (int i = 0; i < literals.length; i++) {
      addresses[i] = InetAddress.ofLiteral(literals[i]);
    }
    return addresses;
  }

  @BeforeAll
  static void listen() throws IOException {
    var any = new ServerSocket(0, 100); // every address of this machine, IPv6 ones too
    port = any.getLocalPort();
    LISTENERS.add(new RawServer(any, (request, out) -> {}));
  }

  @AfterAll
  static void stopListening() throws IOException {
    for (var listener : LISTENERS) {
      listener.close();
    }
  }

  @AfterEach
  void nobodyCame() throws IOException {
    outbound.close();
    assertThat(LISTENERS).allSatisfy(listener -> assertThat(listener.connections()).isZero());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1:PORT/",
        "http://127.1:PORT/",
        "http://127.0.1:PORT/",
        "http://127.255.255.254:PORT/",
        "http://2130706433:PORT/",
        "http://017700000001:PORT/",
        "http://0x7f000001:PORT/",
        "http://0x7F.0x0.0x0.0x1:PORT/",
        "http://0177.0.0.1:PORT/",
        "http://0177.0x0.0.1:PORT/",
        "http://127.0.0.1.:PORT/",
        "http://0:PORT/",
        "http://0.0.0.0:PORT/",
        "http://localhost:PORT/",
        "http://LocalHost:PORT/",
        "http://localhost.:PORT/",
        "http://foo.localhost:PORT/",
        "http://localhost.localdomain:PORT/",
        "http://①②⑦.⓪.⓪.①:PORT/",
        "http://１２７.０.０.１:PORT/",
        "http://127。0。0。1:PORT/",
        "http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ:PORT/",
        "http://[::1]:PORT/",
        "http://[0:0:0:0:0:0:0:1]:PORT/",
        "http://[0000::0001]:PORT/",
        "http://[::]:PORT/",
        "http://[::127.0.0.1]:PORT/",
        "http://[::ffff:127.0.0.1]:PORT/",
        "http://[::ffff:7f00:1]:PORT/",
        "http://[0:0:0:0:0:ffff:127.0.0.1]:PORT/",
        "http://[::1%25lo]:PORT/",
        "http://[::1%lo]:PORT/",
        "http://[fe80::1%25lo]:PORT/",
        "http://[64:ff9b::127.0.0.1]:PORT/",
        "http://[2002:7f00:1::]:PORT/",
        "http://user@127.0.0.1:PORT/",
        "http://example.com@127.0.0.1:PORT/",
        "http://example.com%40127.0.0.1:PORT/",
        "http://127.0.0.1:PORT%40example.com/",
        "http://example.com%2F@127.0.0.1:PORT/",
        "http://127.0.0.1%00.example.com:PORT/",
        "http:127.0.0.1:PORT/",
        "http:/127.0.0.1:PORT/",
        "https://127.0.0.1:PORT/",
        "ftp://127.0.0.1:PORT/",
        "file:///etc/passwd"
      })
  void noSpellingLeadsInside(String text) throws Exception {
    URI url;
    try {
      url = new URI(text.replace("PORT", Integer.toString(port)));
    } catch (URISyntaxException e) {
      return; // Java cannot even say it
    }
    var answer = outbound.send(OutboundRequest.to("GET", url, LIMIT).build());

    assertThat(answer).isInstanceOf(Failed.class);
    assertThat(((Failed) answer).reason())
        .isIn(Reason.URL_REFUSED, Reason.ADDRESS_REFUSED, Reason.NAME_UNKNOWN);
  }

  @Test
  void noNameLeadsInside() throws Exception {
    assertThat(NAMES).hasSizeGreaterThan(15);
    for (var name : NAMES.keySet()) {
      for (var host : List.of(name, name + ".", name.toUpperCase(Locale.ROOT))) {
        var url = URI.create("http://" + host + ":" + port + "/");
        var answer = outbound.send(OutboundRequest.to("GET", url, LIMIT).build());
        assertThat(answer)
            .as(host)
            .isInstanceOfSatisfying(
                Failed.class, f -> assertThat(f.reason()).isEqualTo(Reason.ADDRESS_REFUSED));
      }
    }
  }

  @Test
  void aNameThatAnswersOtherwiseEachTimeLeadsNowhereInside() throws Exception {
    for (int i = 0; i < 6; i++) {
      var url = URI.create("http://rebinding.example.com:" + port + "/");
      assertThat(outbound.send(OutboundRequest.to("GET", url, Duration.ofMillis(300)).build()))
          .isInstanceOf(Failed.class);
    }
    assertThat(asked.get()).isGreaterThanOrEqualTo(6);
  }

  /** What was checked is what is connected to: there is no second question. */
  @Test
  void theVeryAddressThatWasCheckedIsConnectedTo() throws Exception {
    var answers = new AtomicInteger();
    try (var lookups =
        new NameLookups(
            host -> addresses(answers.getAndIncrement() == 0 ? "8.8.8.8" : "127.0.0.1"), 1)) {
      var resolver =
          new GuardedResolver(lookups, new OutboundUrls(new OutboundProperties(Set.of(), false)));

      assertThat(resolver.resolve("rebinding.example.com", 443))
          .singleElement()
          .satisfies(a -> assertThat(a.getAddress()).isEqualTo(InetAddress.ofLiteral("8.8.8.8")));
      assertThat(answers.get()).isOne();
      assertThatThrownBy(() -> resolver.resolve("rebinding.example.com", 443))
          .isInstanceOf(AddressRefusedException.class);
    }
  }

  @Test
  void ofANameWithManyAddressesNoPrivateOneIsTried() throws Exception {
    var url = URI.create("http://both.example.com:" + port + "/");
    var answer = outbound.send(OutboundRequest.to("GET", url, LIMIT).build());
    assertThat(((Failed) answer).reason()).isEqualTo(Reason.ADDRESS_REFUSED);
  }

  /** A test that sees nobody come proves something only where somebody could. */
  @Test
  void whereItIsAllowedTheListenerIsReached() throws Exception {
    try (var reached = RawServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        var allowing =
            new HttpOutbound(
                new OutboundUrls(
                    new OutboundProperties(Set.of("127.0.0.1", "loopback.example.com"), false)),
                new OutboundProfile(20, 5, Duration.ofSeconds(1), Duration.ofSeconds(20), 4),
                this::resolve)) {
      for (var host : List.of("127.0.0.1", "loopback.example.com")) {
        var url = URI.create("http://" + host + ":" + reached.port() + "/");
        assertThat(allowing.send(OutboundRequest.to("GET", url, LIMIT).build()))
            .isInstanceOf(OutboundAnswer.Received.class);
      }
      assertThat(reached.connections()).isEqualTo(2);
    }
  }
}
