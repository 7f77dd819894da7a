package dev.offstage.worker.outbound;

import dev.offstage.outbound.OutboundUrls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.cookie.StandardCookieSpec;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.impl.routing.DefaultRoutePlanner;
import org.apache.hc.client5.http.io.HttpClientConnectionManager;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/** An {@link Outbound} over Apache HttpComponents. */
final class HttpOutbound implements Outbound, AutoCloseable {
  private final OutboundUrls urls;
  private final NameLookups lookups;
  private final CloseableHttpClient client;

  HttpOutbound(OutboundUrls urls, OutboundProfile profile) {
    this(urls, profile, InetAddress::getAllByName);
  }

  HttpOutbound(OutboundUrls urls, OutboundProfile profile, NameLookups.Resolver resolver) {
    this.urls = urls;
    this.lookups = new NameLookups(resolver, profile.lookups());
    this.client = client(profile, new GuardedResolver(lookups, urls));
  }

  private static CloseableHttpClient client(OutboundProfile profile, GuardedResolver resolver) {
    return HttpClientBuilder.create()
        .setConnectionManager(connections(profile, resolver))
        .setRoutePlanner(new DefaultRoutePlanner(null)) // no proxy, whatever the environment says
        .setUserAgent(userAgent())
        .setDefaultRequestConfig(
            RequestConfig.custom()
                .setCookieSpec(StandardCookieSpec.IGNORE)
                .setRedirectsEnabled(false)
                .setConnectionRequestTimeout(timeout(profile.connectTimeout()))
                .setProtocolUpgradeEnabled(false)
                .build())
        .disableRedirectHandling()
        .disableAutomaticRetries()
        .disableCookieManagement()
        .disableAuthCaching()
        .disableContentCompression() // what is not unpacked cannot be a bomb
        .build();
  }

  private static HttpClientConnectionManager connections(
      OutboundProfile profile, GuardedResolver resolver) {
    return PoolingHttpClientConnectionManagerBuilder.create()
        .setDnsResolver(resolver)
        .setMaxConnTotal(profile.connections())
        .setMaxConnPerRoute(profile.connectionsPerHost())
        .setConnectionFactory(
            ManagedHttpClientConnectionFactory.builder()
                .http1Config(
                    Http1Config.custom()
                        .setMaxHeaderCount(OutboundProfile.MAX_HEADERS)
                        .setMaxLineLength(OutboundProfile.MAX_HEADER_LINE)
                        .setMaxEmptyLineCount(4)
                        .build())
                .build())
        .setDefaultConnectionConfig(
            ConnectionConfig.custom()
                .setConnectTimeout(timeout(profile.connectTimeout()))
                .setTimeToLive(TimeValue.ofMinutes(5)) // so that a name's move is noticed
                .setIdleTimeout(timeout(profile.idle()))
                // Nothing is sent twice, so a connection that the other side has closed meanwhile
                // must be noticed before: it costs a millisecond.
                .setValidateAfterInactivity(TimeValue.ZERO_MILLISECONDS)
                .build())
        .setDefaultTlsConfig(
            TlsConfig.custom().setHandshakeTimeout(timeout(profile.connectTimeout())).build())
        .build();
  }

  private static Timeout timeout(Duration duration) {
    return Timeout.ofMilliseconds(duration.toMillis());
  }

  private static String userAgent() {
    @Nullable String version = HttpOutbound.class.getPackage().getImplementationVersion();
    return "Offstage/" + (version == null ? "dev" : version);
  }

  @Override
  public OutboundAnswer send(OutboundRequest request) throws InterruptedException {
    URI url;
    try {
      url = urls.check(request.url().toString());
    } catch (IllegalArgumentException e) {
      return new OutboundAnswer.Failed(
          OutboundAnswer.Reason.URL_REFUSED, String.valueOf(e.getMessage()), Duration.ZERO);
    }
    return new Exchange(client, request, url).run();
  }

  @Override
  public void close() throws IOException {
    client.close();
    lookups.close();
  }
}
