package dev.offstage.ingest.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.unit.DataSize;

class UploadPropertiesTests {

  private static UploadProperties bind(Map<String, String> values) {
    return new Binder(new MapConfigurationPropertySource(values))
        .bindOrCreate("offstage.upload", UploadProperties.class);
  }

  @Test
  void hasDefaults() {
    assertThat(bind(Map.of()))
        .isEqualTo(
            new UploadProperties(DataSize.ofGigabytes(5), Duration.ofHours(24), 1000, Map.of()));
  }

  @Test
  void tenantsMayHaveTheirOwnLimits() {
    var properties =
        bind(
            Map.of(
                "offstage.upload.tenants.acme.max-size", "1MB",
                "offstage.upload.tenants.acme.types", "image/*,application/pdf"));
    assertThat(properties.maxSizeOf("acme")).isEqualTo(1 << 20);
    assertThat(properties.maxSizeOf("other")).isEqualTo(5L << 30);
    assertThat(properties.restrictsTypesOf("acme")).isTrue();
    assertThat(properties.restrictsTypesOf("other")).isFalse();
    assertThat(properties.allows("acme", "image/png")).isTrue();
    assertThat(properties.allows("acme", "application/pdf")).isTrue();
    assertThat(properties.allows("acme", "application/zip")).isFalse();
    assertThat(properties.allows("other", "application/zip")).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "max-size, 0B",
    "expires-after, 0s",
    "max-open, 0",
    "tenants.acme.max-size, 0B",
    "tenants.acme.types, jpeg",
  })
  void aBadValueIsNamedWithWhatWasExpected(String property, String value) {
    assertThatThrownBy(() -> bind(Map.of("offstage.upload." + property, value)))
        .rootCause()
        .hasMessageContaining("offstage.upload." + property.replace("acme", "*"))
        .hasMessageContaining("expected:");
  }
}
