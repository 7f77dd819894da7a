package dev.offstage.worker.integration.push.apns;

import com.eatthepath.pushy.apns.server.MockApnsServer;
import com.eatthepath.pushy.apns.server.MockApnsServerBuilder;
import com.eatthepath.pushy.apns.server.PushNotificationHandler;
import com.eatthepath.pushy.apns.server.RejectedNotificationException;
import dev.offstage.worker.integration.push.Keys;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Pushy's server that plays APNs, told by token how to answer. */
public final class FakeApns implements AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final MockApnsServer server;
  private final int port;
  private final Path certificate;
  private final Map<String, RejectedNotificationException> answers = new ConcurrentHashMap<>();
  private final List<Received> received = new CopyOnWriteArrayList<>();

  /** A notification that arrived. */
  public record Received(String token, Map<String, String> headers, JsonNode payload) {}

  public FakeApns(Path directory) {
    var own = Keys.localhost(directory);
    certificate = directory.resolve("trusted.pem");
    try {
      Files.writeString(certificate, Keys.pem("CERTIFICATE", own.certificate().getEncoded()));
      server =
          new MockApnsServerBuilder()
              .setServerCredentials(new X509Certificate[] {own.certificate()}, own.key(), null)
              .setHandlerFactory(session -> handler())
              .build();
      port = server.start(0).join();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException(e);
    }
  }

  private PushNotificationHandler handler() {
    return (headers, payload) -> handle(headers, payload);
  }

  private void handle(Http2Headers headers, @Nullable ByteBuf payload)
      throws RejectedNotificationException {
    var path = String.valueOf(headers.path());
    var token = path.substring(path.lastIndexOf('/') + 1);
    var all = new ConcurrentHashMap<String, String>();
    headers.forEach(each -> all.put(each.getKey().toString(), each.getValue().toString()));
    var text = payload == null ? "{}" : payload.toString(StandardCharsets.UTF_8);
    received.add(new Received(token, all, JSON.readTree(text)));
    var answer = answers.get(token);
    if (answer != null) {
      throw answer;
    }
  }

  /** From now on this token is answered so; null: accepted. */
  public void answer(String token, @Nullable RejectedNotificationException answer) {
    if (answer == null) {
      answers.remove(token);
    } else {
      answers.put(token, answer);
    }
  }

  public List<Received> received(String token) {
    return received.stream().filter(each -> each.token().equals(token)).toList();
  }

  ApnsProperties properties() {
    return new ApnsProperties(
        "localhost:" + port,
        "localhost:" + port,
        certificate,
        Duration.ofSeconds(5),
        Duration.ofSeconds(20),
        10);
  }

  /** A provider that sends here. */
  public ApnsProvider provider() {
    var properties = properties();
    return new ApnsProvider(new ApnsClients(properties, JSON), properties, JSON);
  }

  @Override
  public void close() {
    server.shutdown().join();
  }
}
