package dev.offstage.ingest.auth;

import com.nimbusds.jwt.JWTParser;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/** Turns a bearer token, an API key or a JWT, into the caller whom it names. */
@Component
class BearerTokens {
  private final ApiKeys keys;
  private final Tenants tenants;
  private final Map<String, JwtVerifier> verifiers;

  BearerTokens(ApiKeys keys, Tenants tenants, AuthProperties properties, InstantSource clock) {
    this.keys = keys;
    this.tenants = tenants;
    this.verifiers =
        properties.issuers().stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    AuthProperties.Issuer::issuer,
                    (Function<AuthProperties.Issuer, JwtVerifier>)
                        issuer -> new JwtVerifier(issuer, clock)));
  }

  /**
   * @throws TokenException if it names nobody, or if that cannot be told now
   */
  Caller caller(String token) {
    try {
      if (token.startsWith(ApiKeyText.PREFIX)) {
        return keys.find(new ApiKeyText(token))
            .orElseThrow(
                () -> TokenException.refused("The API key is unknown or was revoked.", null));
      }
      var caller = verify(token);
      tenants.ensure(caller.tenant(), caller.tenant());
      return caller;
    } catch (DataAccessException e) {
      throw TokenException.unknowable("The database cannot be asked.", e);
    }
  }

  private Caller verify(String token) {
    try {
      if (JWTParser.parse(token) instanceof SignedJWT jwt) {
        var verifier = verifierOf(jwt.getJWTClaimsSet().getIssuer());
        if (verifier != null) {
          return verifier.verify(jwt);
        }
        throw TokenException.refused("The token's issuer is not trusted here.", null);
      }
      throw TokenException.refused("The token is not signed.", null);
    } catch (ParseException | IllegalArgumentException e) {
      throw TokenException.refused("The token is neither an API key nor a JWT.", e);
    }
  }

  private @Nullable JwtVerifier verifierOf(@Nullable String issuer) {
    return issuer == null ? null : verifiers.get(issuer);
  }
}
