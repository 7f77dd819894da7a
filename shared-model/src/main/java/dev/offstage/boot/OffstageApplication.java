package dev.offstage.boot;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Properties;
import org.springframework.boot.builder.SpringApplicationBuilder;

/** Builds a Spring application of one or several of Offstage's applications. */
public final class OffstageApplication {
  private OffstageApplication() {}

  /**
   * Each application brings {@code defaults.properties} in its own package, shared ones lie in
   * {@code dev/offstage}; whatever a user configures (environment, arguments, {@code
   * application.yaml}) wins over all of them. Where two applications name the same default, the
   * later wins.
   */
  public static SpringApplicationBuilder of(Class<?>... applications) {
    var defaults = new Properties();
    load(defaults, OffstageApplication.class, "/dev/offstage/defaults.properties");
    for (var application : applications) {
      load(defaults, application, "defaults.properties");
    }
    return new SpringApplicationBuilder(applications).properties(defaults);
  }

  private static void load(Properties into, Class<?> beside, String resource) {
    try (var in = beside.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(resource + " is missing beside " + beside.getName());
      }
      into.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
