package dev.offstage.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;

/** A jar of handlers, as an author would build one. */
final class HandlerJar {
  private static final String IMPORTS =
      "META-INF/spring/org.springframework.boot.autoconfigure.AutoConfiguration.imports";

  private HandlerJar() {}

  /** Writes a jar of the package of {@code handlers}, an auto-configuration. */
  static Path of(Path jar, Class<?> handlers) {
    var folder = handlers.getPackageName().replace('.', '/');
    try (var out = new JarOutputStream(Files.newOutputStream(jar))) {
      put(out, IMPORTS, (handlers.getName() + "\n").getBytes(StandardCharsets.US_ASCII));
      var source = handlers.getProtectionDomain().getCodeSource().getLocation();
      try (var classes = Files.newDirectoryStream(Path.of(source.toURI()).resolve(folder))) {
        for (var file : classes) {
          put(out, folder + "/" + file.getFileName(), Files.readAllBytes(file));
        }
      }
      return jar;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (java.net.URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void put(JarOutputStream out, String name, byte[] content) throws IOException {
    out.putNextEntry(new JarEntry(name));
    out.write(content);
    out.closeEntry();
  }
}
