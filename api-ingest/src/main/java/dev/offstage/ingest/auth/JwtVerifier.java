package dev.offstage.ingest.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.text.ParseException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Collection;
import java.util.Date;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Verifies the JWTs of one issuer. The algorithm is one of the configured asymmetric ones and the
 * key one of the issuer's, whatever the token's header says.
 */
final class JwtVerifier {
  private static final Duration SKEW = Duration.ofSeconds(60);
  private static final int MAX_SUBJECT = 128;

  private final AuthProperties.Issuer issuer;
  private final InstantSource clock;
  private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();

  JwtVerifier(AuthProperties.Issuer issuer, InstantSource clock) {
    this.issuer = issuer;
    this.clock = clock;
    var algorithms =
        issuer.algorithms().stream().map(JWSAlgorithm::parse).collect(Collectors.toSet());
    processor.setJWSKeySelector(
        new JWSVerificationKeySelector<>(algorithms, KeySet.of(issuer.jwks())));
    processor.setJWSTypeVerifier(
        new DefaultJOSEObjectTypeVerifier<>(
            JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), null));
    // The claims are ours to judge, below.
    processor.setJWTClaimsSetVerifier((claims, context) -> {});
  }

  /**
   * @throws TokenException saying why the token is not good, or that it cannot be told now
   */
  Caller verify(SignedJWT token) {
    try {
      var claims = processor.process(token, null);
      judge(claims);
      return new Caller(tenant(claims), claims.getSubject(), scopes(claims));
    } catch (KeySourceException e) {
      throw TokenException.unknowable("The issuer's keys cannot be had.", e);
    } catch (BadJOSEException | JOSEException | ParseException e) {
      throw TokenException.refused("The token's signature, key or algorithm is not accepted.", e);
    }
  }

  private void judge(JWTClaimsSet claims) throws ParseException {
    var now = clock.instant();
    var expires = claims.getExpirationTime();
    var notBefore = claims.getNotBeforeTime();
    var subject = claims.getSubject();
    require(issuer.issuer().equals(claims.getIssuer()), "The token is of another issuer.");
    require(
        claims.getAudience().stream().anyMatch(issuer.audiences()::contains),
        "The token is for another audience.");
    require(
        expires != null && now.isBefore(expires.toInstant().plus(SKEW)), "The token has expired.");
    require(
        notBefore == null || !now.plus(SKEW).isBefore(notBefore.toInstant()),
        "The token is not valid yet.");
    require(isSubject(subject), "The token's sub is not 1 to 128 printable characters.");
    if (issuer.isFirebase()) {
      require(isPast(claims.getIssueTime()), "The token's iat is not in the past.");
      require(
          isPast(claims.getDateClaim("auth_time")), "The token's auth_time is not in the past.");
    }
  }

  private boolean isPast(@Nullable Date date) {
    return date != null && !date.toInstant().isAfter(clock.instant().plus(SKEW));
  }

  private static boolean isSubject(@Nullable String subject) {
    return subject != null
        && !subject.isBlank()
        && subject.length() <= MAX_SUBJECT
        && subject.chars().noneMatch(Character::isISOControl);
  }

  private String tenant(JWTClaimsSet claims) throws ParseException {
    if (issuer.tenant() != null) {
      return issuer.tenant();
    }
    var tenant = claims.getStringClaim(issuer.tenantClaim());
    if (tenant == null || !Tenants.isId(tenant)) {
      throw TokenException.refused("The token names no tenant.", null);
    }
    return tenant;
  }

  private Set<Scope> scopes(JWTClaimsSet claims) {
    Collection<?> texts =
        issuer.scopeClaim() == null ? issuer.scopes() : words(claims.getClaim(issuer.scopeClaim()));
    var scopes = EnumSet.noneOf(Scope.class);
    texts.forEach(text -> Scope.of(String.valueOf(text)).ifPresent(scopes::add));
    return Set.copyOf(scopes);
  }

  private static Collection<?> words(@Nullable Object claim) {
    return switch (claim) {
      case Collection<?> list -> list;
      case String text -> Arrays.asList(text.split(" ", -1));
      case null, default -> List.of();
    };
  }

  private static void require(boolean good, String otherwise) {
    if (!good) {
      throw TokenException.refused(otherwise, null);
    }
  }
}
