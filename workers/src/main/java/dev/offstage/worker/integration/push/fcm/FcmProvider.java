package dev.offstage.worker.integration.push.fcm;

import dev.offstage.worker.integration.push.provider.Credential;
import dev.offstage.worker.integration.push.provider.Notification;
import dev.offstage.worker.integration.push.provider.PushProvider;
import dev.offstage.worker.integration.push.provider.Sending;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/** Sends through FCM. */
final class FcmProvider implements PushProvider {
  private static final Logger log = LoggerFactory.getLogger(FcmProvider.class);

  private final FcmProperties properties;
  private final Http http;
  private final AccessTokens tokens;
  private final FcmAnswers answers;
  private final JsonMapper json;

  FcmProvider(
      FcmProperties properties,
      Http http,
      AccessTokens tokens,
      FcmAnswers answers,
      JsonMapper json) {
    this.properties = properties;
    this.http = http;
    this.tokens = tokens;
    this.answers = answers;
    this.json = json;
  }

  @Override
  public String name() {
    return "fcm";
  }

  @Override
  public CompletableFuture<Sending> send(Credential credential, Notification notification) {
    try {
      var account = ServiceAccount.of(credential.secret(), json);
      var message = FcmMessage.of(notification, json);
      return send(credential, account, message, true).exceptionally(FcmProvider::failed);
    } catch (GeneralSecurityException e) {
      return CompletableFuture.completedFuture(new Sending.Faulty("key-unusable"));
    }
  }

  /**
   * @param fresh whether a token that is refused is worth another one: it may have been revoked
   */
  private CompletableFuture<Sending> send(
      Credential credential, ServiceAccount account, String message, boolean fresh) {
    return tokens
        .of(credential, account)
        .thenCompose(
            token ->
                http.send(request(account, token, message))
                    .thenCompose(
                        answer -> {
                          if (fresh && isTokenRefused(answer)) {
                            tokens.forget(credential, token);
                            return send(credential, account, message, false);
                          }
                          return CompletableFuture.completedFuture(answers.meaning(answer));
                        }));
  }

  private boolean isTokenRefused(HttpResponse<String> answer) {
    return answer.statusCode() == 401
        && answers.meaning(answer) instanceof Sending.Faulty faulty
        && faulty.reason().startsWith("status-");
  }

  private HttpRequest request(ServiceAccount account, AccessTokens.Token token, String message) {
    var url =
        "%s/v1/projects/%s/messages:send".formatted(properties.baseUrl(), account.projectId());
    return HttpRequest.newBuilder(URI.create(url))
        .timeout(properties.timeout())
        .header("Authorization", "Bearer " + token.text())
        .header("Content-Type", "application/json; charset=UTF-8")
        .POST(HttpRequest.BodyPublishers.ofString(message))
        .build();
  }

  private static Sending failed(Throwable thrown) {
    var cause =
        thrown instanceof CompletionException && thrown.getCause() != null
            ? thrown.getCause()
            : thrown;
    if (cause instanceof AccessTokens.RefusedException refused) {
      var why = String.valueOf(refused.getMessage());
      return refused.isForGood() ? new Sending.Faulty(why) : new Sending.Later(why, null, false);
    }
    log.debug("FCM did not answer", cause);
    return new Sending.Later("fcm-unreachable", null, false);
  }
}
