package dev.offstage.scheduler.console;

import jakarta.servlet.http.HttpServletRequest;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.apache.catalina.connector.Connector;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.apache.tomcat.util.threads.VirtualThreadExecutor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.tomcat.TomcatWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Listens for operators, beside whatever else the web server listens for. */
@Component
@ConditionalOnWebApplication
public final class ConsoleConnector implements WebServerFactoryCustomizer<TomcatWebServerFactory> {
  private static final Logger log = LoggerFactory.getLogger(ConsoleConnector.class);

  private static final int MAX_FORM = 64 * 1024;
  private static final int PATIENCE_MS = 20_000;

  private final ConsoleProperties properties;
  private final Connector connector;

  ConsoleConnector(ConsoleProperties properties) {
    this.properties = properties;
    this.connector = connector(properties);
  }

  private static Connector connector(ConsoleProperties properties) {
    var connector = new Connector(TomcatWebServerFactory.DEFAULT_PROTOCOL);
    connector.setPort(properties.port());
    connector.setMaxPostSize(MAX_FORM);
    connector.setThrowOnFailure(true);
    if (connector.getProtocolHandler() instanceof AbstractHttp11Protocol<?> protocol) {
      protocol.setAddress(address(properties.address()));
      protocol.setConnectionTimeout(PATIENCE_MS);
      protocol.setExecutor(new VirtualThreadExecutor("console-"));
    }
    return connector;
  }

  private static InetAddress address(String text) {
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(
          "offstage.console.address: " + text + " (expected: an address of this machine)", e);
    }
  }

  @Override
  public void customize(TomcatWebServerFactory factory) {
    if (properties.port() != 0 && properties.port() == factory.getPort()) {
      throw new IllegalArgumentException(
          "offstage.console.port: %d (expected: not server.port)".formatted(properties.port()));
    }
    factory.addAdditionalConnectors(connector);
  }

  @EventListener
  void started(WebServerInitializedEvent event) {
    if (event.getApplicationContext().getServerNamespace() == null) {
      log.info("Operators' console at http://{}:{}/ops", properties.address(), port());
    }
  }

  /** Where it listens, once it does. */
  public int port() {
    return connector.getLocalPort();
  }

  /** Whether a request came in here. */
  public boolean isAskedBy(HttpServletRequest request) {
    return request.getLocalPort() == connector.getLocalPort();
  }
}
