package dev.offstage.worker.integration.push;

import dev.offstage.secret.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** Keys such as Apple and Google give out, and a server's certificate. */
public final class Keys {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final char[] PASSWORD = "password".toCharArray();

  private Keys() {}

  public static Secret apns() {
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return json(
          "key",
          pem("PRIVATE KEY", generator.generateKeyPair().getPrivate().getEncoded()),
          "keyId",
          "ABC123DEFG",
          "teamId",
          "DEF123GHIJ");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  public static KeyPair rsa() {
    try {
      var generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  public static Secret fcm(KeyPair pair) {
    return json(
        "projectId",
        "my-project",
        "clientEmail",
        "push@my-project.example",
        "keyId",
        "k1",
        "key",
        pem("PRIVATE KEY", pair.getPrivate().getEncoded()));
  }

  private static Secret json(String... members) {
    var object = JSON.createObjectNode();
    for (int i = 0; i < members.length; i += 2) {
      object.put(members[i], members[i + 1]);
    }
    return Secret.of(object.toString());
  }

  public static String pem(String type, byte[] bytes) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(type, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes), type);
  }

  /** A key, and a certificate of {@code localhost} that it signed itself. */
  public record Server(PrivateKey key, X509Certificate certificate) {}

  public static Server localhost(Path directory) {
    var file = directory.resolve("localhost.p12");
    try {
      var keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
      var process =
          new ProcessBuilder(
                  keytool,
                  "-genkeypair",
                  "-alias",
                  "s",
                  "-keyalg",
                  "EC",
                  "-groupname",
                  "secp256r1",
                  "-dname",
                  "CN=localhost",
                  "-ext",
                  "SAN=dns:localhost,ip:127.0.0.1",
                  "-validity",
                  "3650",
                  "-storetype",
                  "PKCS12",
                  "-keystore",
                  file.toString(),
                  "-storepass",
                  new String(PASSWORD))
              .redirectErrorStream(true)
              .start();
      var said =
          new String(
              process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalStateException("keytool: " + said);
      }
      var store = KeyStore.getInstance("PKCS12");
      try (var in = Files.newInputStream(file)) {
        store.load(in, PASSWORD);
      }
      return new Server(
          (PrivateKey) store.getKey("s", PASSWORD), (X509Certificate) store.getCertificate("s"));
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Facts as {@code ingest.push} stores them. */
  public static Map<String, String> facts(String provider) {
    return provider.equals("fcm")
        ? Map.of("projectId", "my-project")
        : Map.of("keyId", "ABC123DEFG");
  }
}
