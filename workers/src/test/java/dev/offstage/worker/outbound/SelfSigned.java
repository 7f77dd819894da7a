package dev.offstage.worker.outbound;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.security.KeyStore;
import java.util.Objects;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A TLS server for 127.0.0.1 that vouches for itself, for the next hundred years. */
final class SelfSigned {
  private static final char[] PASSWORD = "changeit".toCharArray();

  private SelfSigned() {}

  static ServerSocket serverSocket() throws Exception {
    var store = KeyStore.getInstance("PKCS12");
    try (var in = SelfSigned.class.getResourceAsStream("self-signed.p12")) {
      store.load(Objects.requireNonNull(in), PASSWORD);
    }
    var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, PASSWORD);
    var context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context
        .getServerSocketFactory()
        .createServerSocket(0, 10, InetAddress.getLoopbackAddress());
  }
}
