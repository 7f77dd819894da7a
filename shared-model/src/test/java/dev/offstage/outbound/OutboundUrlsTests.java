package dev.offstage.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OutboundUrlsTests {
  private final OutboundUrls urls = new OutboundUrls(new OutboundProperties(Set.of(), false));

  @ParameterizedTest
  @CsvSource({
    "https://example.com, https://example.com/",
    "HTTPS://Example.COM/Hooks?a=b, https://example.com/Hooks?a=b",
    "https://example.com.:443/x, https://example.com/x",
    "https://example.com:8443/x, https://example.com:8443/x",
    "https://bücher.example/é, https://xn--bcher-kva.example/%C3%A9",
    "https://例え。テスト/, https://xn--r8jz45g.xn--zckzah/",
    "https://93.184.215.14/x, https://93.184.215.14/x",
    "https://[2606:2800:21F:cb07:6820:80da:af6b:8b2c]/,"
        + " https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/"
  })
  void aGoodUrlIsBroughtIntoOneForm(String text, String made) {
    assertThat(urls.check(text)).hasToString(made);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "example.com",
        "//example.com/",
        "ftp://example.com/",
        "file:///etc/passwd",
        "gopher://example.com/",
        "jar:https://example.com/!/",
        "https:example.com",
        "https:///x",
        "https://",
        "https://user@example.com/",
        "https://user:pass@example.com/",
        "https://example.com@127.0.0.1/",
        "https://127.0.0.1#@example.com/",
        "https://example.com\\@127.0.0.1/",
        "https://example.com/#fragment",
        "https://example.com:0/",
        "https://example.com:65536/",
        "https://example.com:25/",
        "https://example.com:22/",
        "https://example.com:port/",
        "https://exa mple.com/",
        "https://exa%6dple.com/",
        "https://-example.com/",
        "https://example..com/",
        "https://example.com../",
        "https://example.com/\r\nHost: x",
        "http://example.com/"
      })
  void whatIsNoGoodUrlIsRefusedWithWhatWasExpected(String text) {
    assertThatThrownBy(() -> urls.check(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("url: ")
        .hasMessageContaining("expected");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://localhost/",
        "https://LOCALHOST./",
        "https://a.localhost/",
        "https://intranet/",
        "https://db.internal/",
        "https://printer.local/",
        "https://127.0.0.1/",
        "https://127.1/",
        "https://127.0.1/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0x7f.0.0.1/",
        "https://0177.0.0.1/",
        "https://017700000001/",
        "https://127.0.0.1./",
        "https://127.0.0.01/",
        "https://127.0.0.256/",
        "https://①②⑦.⓪.⓪.①/",
        "https://１２７.０.０.１/",
        "https://127。0。0。1/",
        "https://0/",
        "https://0.0.0.0/",
        "https://10.0.0.1/",
        "https://172.16.0.1/",
        "https://192.168.1.1/",
        "https://100.64.0.1/",
        "https://169.254.169.254/",
        "https://168.63.129.16/",
        "https://224.0.0.1/",
        "https://255.255.255.255/",
        "https://198.18.0.1/",
        "https://[::1]/",
        "https://[::]/",
        "https://[::127.0.0.1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[::ffff:7f00:1]/",
        "https://[::ffff:0:127.0.0.1]/",
        "https://[0:0:0:0:0:ffff:7f00:0001]/",
        "https://[64:ff9b::127.0.0.1]/",
        "https://[64:ff9b:1::7f00:1]/",
        "https://[2002:7f00:1::]/",
        "https://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/",
        "https://[2001:db8::1]/",
        "https://[fe80::1]/",
        "https://[fe80::1%25eth0]/",
        "https://[fe80::1%eth0]/",
        "https://[fec0::1]/",
        "https://[fc00::1]/",
        "https://[fd00:ec2::254]/",
        "https://[ff02::1]/",
        "https://[2606:4700::5efe:7f00:1]/",
        "https://[::1/",
        "https://::1/"
      })
  void whatLeadsInsideIsRefusedHoweverItIsSpelled(String text) {
    assertThatThrownBy(() -> urls.check(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected");
  }

  @ParameterizedTest
  @ValueSource(strings = {"8.8.8.8", "1.1.1.1", "93.184.215.14", "2606:4700:4700::1111"})
  void publicAddressesArePublic(String address) {
    assertThat(AddressRules.isPublic(InetAddress.ofLiteral(address))).isTrue();
  }

  @Test
  void whatTheConfigurationAllowsMayBePrivateAndPlain() {
    var allowing =
        new OutboundUrls(
            new OutboundProperties(Set.of("Billing.internal", "127.0.0.1:9000", "[::1]"), false));

    assertThat(allowing.check("http://billing.internal:81/x"))
        .hasToString("http://billing.internal:81/x");
    assertThat(allowing.check("http://127.0.0.1:9000/")).hasToString("http://127.0.0.1:9000/");
    assertThat(allowing.check("http://[0::1]:7/")).hasToString("http://[0:0:0:0:0:0:0:1]:7/");
    assertThatThrownBy(() -> allowing.check("http://127.0.0.1:9001/")).isNotNull();
    assertThatThrownBy(() -> allowing.check("https://127.0.0.2:9000/")).isNotNull();
    assertThatThrownBy(() -> new OutboundProperties(Set.of("http://x/"), false))
        .hasMessageContaining("allowed-hosts");
  }

  @Test
  void plainHttpIsForWhoAllowsIt() {
    var allowing = new OutboundUrls(new OutboundProperties(null, true));
    assertThat(allowing.check("http://example.com/x")).hasToString("http://example.com/x");
    assertThatThrownBy(() -> allowing.check("http://10.0.0.1/")).isNotNull();
  }

  @Test
  void aRefusalShowsNoCredential() {
    assertThatThrownBy(() -> urls.check("https://user:hush@example.com/?key=hush"))
        .hasMessageNotContaining("hush");
    assertThatThrownBy(() -> urls.check("http://example.com/?key=hush"))
        .hasMessageNotContaining("hush");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Host", "content-length", "Transfer-Encoding", "a b", "", "a:b", "ü"})
  void aHeaderOfTheConnectionsOwnOrNoneAtAllIsRefused(String name) {
    assertThatThrownBy(() -> new OutboundHeader(name, "x"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\r\nHost: x", "hush\0", " hush", "hush\n", "ü"})
  void aHeadersValueCannotEndItsLine(String value) {
    assertThatThrownBy(() -> new OutboundHeader("X-Test", value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining(value);
    assertThat(new OutboundHeader("X-Key", "hush").toString()).doesNotContain("hush");
  }
}
