package dev.offstage.worker.outbound;

import dev.offstage.outbound.AddressRules;
import dev.offstage.outbound.OutboundUrls;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hc.client5.http.DnsResolver;

/**
 * Hands the client only addresses that may be called: it connects to these very ones, so that a
 * name cannot answer the check with one address and the connection with another. Where a name has
 * both kinds, only the public ones are handed out.
 */
final class GuardedResolver implements DnsResolver {
  private final NameLookups lookups;
  private final OutboundUrls urls;

  GuardedResolver(NameLookups lookups, OutboundUrls urls) {
    this.lookups = lookups;
    this.urls = urls;
  }

  @Override
  public List<InetSocketAddress> resolve(String host, int port) throws UnknownHostException {
    boolean anywhere = urls.allows(host.indexOf(':') < 0 ? host : "[" + host + "]", port);
    var allowed = new ArrayList<InetSocketAddress>();
    for (var address : addresses(host)) {
      if (anywhere || AddressRules.isPublic(address)) {
        allowed.add(new InetSocketAddress(address, port));
      }
    }
    if (allowed.isEmpty()) {
      throw new AddressRefusedException(host);
    }
    return allowed;
  }

  private InetAddress[] addresses(String host) throws UnknownHostException {
    var literal = OutboundUrls.literal(host.indexOf(':') < 0 ? host : "[" + host + "]");
    if (literal != null) {
      return new InetAddress[] {literal};
    }
    try {
      return lookups.resolve(Exchange.TENANT.orElse(""), host);
    } catch (InterruptedIOException e) {
      var unknown = new UnknownHostException(e.getMessage());
      unknown.initCause(e);
      throw unknown;
    }
  }

  @Override
  public InetAddress[] resolve(String host) throws UnknownHostException {
    throw new UnknownHostException("a port decides too");
  }

  @Override
  public String resolveCanonicalHostname(String host) {
    return host;
  }
}
