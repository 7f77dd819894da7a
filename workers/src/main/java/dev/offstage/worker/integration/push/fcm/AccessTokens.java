package dev.offstage.worker.integration.push.fcm;

import dev.offstage.worker.integration.push.provider.Credential;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Access tokens of service accounts, each asked for once and used until shortly before its end.
 * Whoever comes while one is being asked for waits for the same answer.
 */
final class AccessTokens {
  /** Google's last an hour. */
  private static final Duration MARGIN = Duration.ofMinutes(5);

  private static final Duration USUAL = Duration.ofHours(1);
  private static final int MAX_KNOWN = 1_000;

  private final FcmProperties properties;
  private final Http http;
  private final JsonMapper json;
  private final InstantSource clock;
  private final Map<UUID, CompletableFuture<Token>> known = new ConcurrentHashMap<>();

  AccessTokens(FcmProperties properties, Http http, JsonMapper json, InstantSource clock) {
    this.properties = properties;
    this.http = http;
    this.json = json;
    this.clock = clock;
  }

  record Token(String text, Instant until) {
    @Override
    public String toString() {
      return "Token[until=" + until + "]";
    }
  }

  /** Google does not give a token. */
  static final class RefusedException extends RuntimeException {
    private final boolean forGood;

    RefusedException(String why, boolean forGood) {
      super(why);
      this.forGood = forGood;
    }

    /** Whether it is the account's fault, and not for now only. */
    boolean isForGood() {
      return forGood;
    }
  }

  /** Fails with a {@link RefusedException}, or with what broke on the way. */
  CompletableFuture<Token> of(Credential credential, ServiceAccount account) {
    var now = clock.instant();
    if (known.size() >= MAX_KNOWN) {
      known.clear();
    }
    return known.compute(
        credential.id(), (id, token) -> isGood(token, now) ? token : ask(account, now));
  }

  private static boolean isGood(@Nullable CompletableFuture<Token> token, Instant now) {
    return token != null
        && !token.isCompletedExceptionally()
        && (!token.isDone() || now.isBefore(token.join().until().minus(MARGIN)));
  }

  /** Google has refused this token: the next one is asked for anew. */
  void forget(Credential credential, Token token) {
    known.computeIfPresent(
        credential.id(),
        (id, now) ->
            now.isDone() && !now.isCompletedExceptionally() && now.join().equals(token)
                ? null
                : now);
  }

  private CompletableFuture<Token> ask(ServiceAccount account, Instant now) {
    try {
      var url = properties.tokenUrl();
      var assertion = account.assertion(url.toString(), now, json);
      var form =
          "grant_type="
              + URLEncoder.encode(
                  "urn:ietf:params:oauth:grant-type:jwt-bearer", StandardCharsets.UTF_8)
              + "&assertion="
              + assertion;
      var request =
          HttpRequest.newBuilder(url)
              .timeout(properties.timeout())
              .header("Content-Type", "application/x-www-form-urlencoded")
              .POST(HttpRequest.BodyPublishers.ofString(form))
              .build();
      return http.send(request).thenApply(answer -> token(answer, now));
    } catch (GeneralSecurityException e) {
      return CompletableFuture.failedFuture(new RefusedException("key-unusable", true));
    }
  }

  private Token token(HttpResponse<String> answer, Instant now) {
    if (answer.statusCode() != 200) {
      boolean ours = answer.statusCode() / 100 == 4 && answer.statusCode() != 429;
      throw new RefusedException("token-status-" + answer.statusCode(), ours);
    }
    try {
      var body = json.readTree(answer.body());
      var text = body.path("access_token").asString("");
      if (!text.isEmpty()) {
        long seconds = body.path("expires_in").asLong(USUAL.toSeconds());
        return new Token(text, now.plusSeconds(seconds));
      }
    } catch (JacksonException e) {
      throw new RefusedException("token-unreadable", false);
    }
    throw new RefusedException("token-missing", false);
  }
}
