package dev.offstage.worker.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.unit.DataSize;

class MediaPropertiesTests {

  @Test
  void defaultsAreThoseThatAreDocumented() {
    var properties = bind(Map.of());

    assertThat(properties.libvips()).isEqualTo("libvips.so.42");
    assertThat(properties.originals()).containsExactlyInAnyOrder(OriginalFormat.values());
    assertThat(properties.maxBytes()).isEqualTo(DataSize.ofMegabytes(200));
    assertThat(properties.maxPixels()).isEqualTo(100_000_000);
    assertThat(properties.presetsOf("acme").keySet())
        .containsExactlyInAnyOrder("256", "1024", "2048");
    assertThat(properties.presetsOf("acme").get("1024"))
        .isEqualTo(new Preset(1024, List.of(VariantFormat.JPEG, VariantFormat.WEBP), 80, 55));
  }

  @Test
  void tenantsMayHavePresetsOfTheirOwn() throws Exception {
    var properties =
        bind(
            Map.of(
                "offstage.media.presets.thumb.long-edge", "64",
                "offstage.media.tenants.acme.presets.hero-wide.long-edge", "3000",
                "offstage.media.tenants.acme.presets.hero-wide.formats", "webp,avif",
                "offstage.media.tenants.acme.presets.hero-wide.quality", "70"));
    var all = new ImageWork(UUID.randomUUID(), null);

    assertThat(new Wishes(properties).of(all, "acme"))
        .extracting(wanted -> wanted.name() + "." + wanted.format().text())
        .containsExactly("hero-wide.webp", "hero-wide.avif");
    assertThat(new Wishes(properties).of(all, "other"))
        .extracting(wanted -> wanted.name() + "." + wanted.format().text())
        .containsExactly("thumb.jpeg", "thumb.webp");
    assertThat(properties.presetsOf("acme").values())
        .extracting(Preset::quality)
        .containsExactly(70);
  }

  @Test
  void badValuesStopTheStartAndSayWhatWasExpected() {
    assertRefused("presets.big.long-edge", "20000", "long-edge: 20000 (expected: 1 to 16383)");
    assertRefused("presets.Big!.long-edge", "200", "expected: a name like");
    assertRefused("max-pixels", "0", "offstage.media.max-pixels: 0 (expected: > 0)");
    assertRefused("max-bytes", "3GB", "offstage.media.max-bytes");
    assertRefused("presets.big.formats", "bmp", "bmp");
  }

  private static void assertRefused(String property, String value, String words) {
    assertThatThrownBy(() -> bind(Map.of("offstage.media." + property, value)))
        .hasStackTraceContaining(words);
  }

  private static MediaProperties bind(Map<String, String> values) {
    return new Binder(new MapConfigurationPropertySource(values))
        .bindOrCreate("offstage.media", Bindable.of(MediaProperties.class));
  }
}
