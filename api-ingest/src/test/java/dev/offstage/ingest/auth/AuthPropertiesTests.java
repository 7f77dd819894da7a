package dev.offstage.ingest.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class AuthPropertiesTests {
  private static final String AT = "offstage.auth.issuers[0].";

  private static AuthProperties bind(Map<String, String> properties) {
    return new Binder(new MapConfigurationPropertySource(properties))
        .bindOrCreate("offstage.auth", AuthProperties.class);
  }

  private static Map<String, String> good() {
    return new java.util.HashMap<>(
        Map.of(
            AT + "issuer", "https://issuer.example",
            AT + "jwks", "https://issuer.example/jwks.json",
            AT + "audiences", "offstage",
            AT + "tenant", "acme"));
  }

  @Test
  void noIssuerIsTrustedByDefault() {
    assertThat(bind(Map.of()).issuers()).isEmpty();
  }

  @Test
  void anIssuerHasSoundDefaults() {
    var issuer = bind(good()).issuers().getFirst();

    assertThat(issuer.algorithms()).containsExactly("RS256");
    assertThat(issuer.scopes()).contains("uploads:write").doesNotContain("events:write");
  }

  @Test
  void firebaseNeedsItsProjectOnly() {
    var issuer =
        bind(Map.of(AT + "preset", "firebase", AT + "project", "my-app", AT + "tenant", "acme"))
            .issuers()
            .getFirst();

    assertThat(issuer.issuer()).isEqualTo("https://securetoken.google.com/my-app");
    assertThat(issuer.audiences()).containsExactly("my-app");
    assertThat(issuer.algorithms()).containsExactly("RS256");
    assertThat(issuer.jwks()).startsWith("https://www.googleapis.com/");
  }

  @ParameterizedTest
  @CsvSource({
    "issuer, '', the exact iss",
    "jwks, http://issuer.example/jwks.json, http to this machine",
    "jwks, ftp://issuer.example/jwks.json, an https",
    "jwks, 'not a url', a URL",
    "audiences, '', at least one",
    "algorithms, HS256, some of",
    "algorithms, none, some of",
    "tenant, Acme Inc, a tenant's id",
    "tenant-claim, org, either tenant or tenant-claim",
    "scopes, everything, some of",
    "preset, auth0, firebase",
  })
  void aBadValueIsNamedWithWhatWasExpected(String property, String value, String expected) {
    var properties = good();
    properties.put(AT + property, value);

    assertThatThrownBy(() -> bind(properties))
        .rootCause()
        .hasMessageContaining("offstage.auth.issuers[]")
        .hasMessageContaining(expected);
  }

  @Test
  void anIssuerNamedTwiceIsRefused() {
    var properties = good();
    good().forEach((name, value) -> properties.put(name.replace("[0]", "[1]"), value));

    assertThatThrownBy(() -> bind(properties)).rootCause().hasMessageContaining("twice");
  }
}
