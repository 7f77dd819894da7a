package dev.offstage.worker.integration.push;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How pushes to many are sent.
 *
 * @param partsAtOnce of a tenant's pushes, over the whole cluster: parts of up to 500 devices, each
 *     of which sends to a hundred at once
 */
@ConfigurationProperties("offstage.push")
record PushProperties(@DefaultValue("8") int partsAtOnce) {

  /**
   * @throws IllegalArgumentException naming the property, its value and what was expected
   */
  PushProperties {
    if (partsAtOnce < 1 || partsAtOnce > 1_000) {
      throw new IllegalArgumentException(
          "offstage.push.parts-at-once: " + partsAtOnce + " (expected: 1 to 1000)");
    }
  }
}
