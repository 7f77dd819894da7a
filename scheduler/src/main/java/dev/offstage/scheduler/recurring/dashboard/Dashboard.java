package dev.offstage.scheduler.recurring.dashboard;

import com.sun.net.httpserver.BasicAuthenticator;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jobrunr.dashboard.JobRunrApiHandler;
import org.jobrunr.dashboard.JobRunrSseHandler;
import org.jobrunr.dashboard.JobRunrStaticFileHandler;
import org.jobrunr.dashboard.server.HttpExchangeHandler;
import org.jobrunr.storage.StorageProvider;
import org.jobrunr.storage.ThreadSafeStorageProvider;
import org.jobrunr.utils.mapper.JsonMapper;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Serves JobRunr's own handlers. Its own server would listen on every address of the machine; this
 * one listens on loopback.
 */
public final class Dashboard implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(Dashboard.class);
  private static final String USER = "offstage";

  /** After the web server has gone, whose forwarding it serves. */
  private static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 4096;

  private final StorageProvider storage;
  private final JsonMapper json;
  private final String password = randomPassword();
  private @Nullable Serving serving;

  private record Serving(
      HttpServer server, ExecutorService threads, List<HttpExchangeHandler> handlers) {}

  Dashboard(StorageProvider storage, JsonMapper json) {
    this.storage = storage;
    this.json = json;
  }

  private static String randomPassword() {
    var bytes = new byte[32];
    new SecureRandom().nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  @Override
  public void start() {
    try {
      var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      var threads = Executors.newVirtualThreadPerTaskExecutor();
      server.setExecutor(threads);
      var safe = new ThreadSafeStorageProvider(storage);
      List<HttpExchangeHandler> handlers =
          List.of(
              new JobRunrStaticFileHandler(),
              new JobRunrApiHandler(safe, json, false),
              new JobRunrSseHandler(safe, json));
      for (var handler : handlers) {
        server
            .createContext(handler.getContextPath(), handler)
            .setAuthenticator(new OnlyUs(password));
      }
      server.start();
      serving = new Serving(server, threads, handlers);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Who asks must know the password of this start. */
  private static final class OnlyUs extends BasicAuthenticator {
    private final byte[] expected;

    OnlyUs(String password) {
      super("JobRunr");
      this.expected = password.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public boolean checkCredentials(String user, String given) {
      return user.equals(USER)
          && MessageDigest.isEqual(expected, given.getBytes(StandardCharsets.UTF_8));
    }
  }

  @Override
  public void stop() {
    var running = serving;
    serving = null;
    if (running != null) {
      running.handlers.forEach(Dashboard::close);
      running.server.stop(0);
      running.threads.shutdownNow();
    }
  }

  private static void close(HttpExchangeHandler handler) {
    try {
      handler.close();
    } catch (Exception e) {
      // its streams are cut with the server
      log.debug("A handler did not close", e);
    }
  }

  @Override
  public boolean isRunning() {
    return serving != null;
  }

  @Override
  public int getPhase() {
    return PHASE;
  }

  /** Where it is. */
  public URI base() {
    var running = serving;
    if (running == null) {
      throw new IllegalStateException("The dashboard is not up");
    }
    return URI.create(
        "http://%s:%d"
            .formatted(
                running.server.getAddress().getAddress().getHostAddress(),
                running.server.getAddress().getPort()));
  }

  /** What a request must carry. */
  public String authorization() {
    var credentials = USER + ":" + password;
    return "Basic "
        + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
  }
}
