package dev.offstage.worker.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.unit.DataSize;

class ImageEngineTests {

  @Test
  void installedLibraryLacksNothing() {
    Samples.vips();

    assertThat(ImageEngine.of(Samples.properties()).lacks()).isEmpty();
  }

  @Test
  void missingLibrarySaysWhatWouldHelp() {
    var engine = ImageEngine.of(properties("libvips.so.99"));

    assertThat(engine.lacks())
        .hasValue(
            "libvips.so.99 not found or not loadable: apt-get install libvips42,"
                + " or set offstage.media.libvips");
    assertThatThrownBy(engine::renderer).hasMessageContaining("libvips.so.99 not found");
  }

  @Test
  void anotherLibraryOrAFileThatIsNoneIsNotTakenForIt(@TempDir Path directory) throws Exception {
    assertThat(ImageEngine.of(properties("libc.so.6")).lacks().orElseThrow())
        .startsWith("libc.so.6 is not libvips 8.13 or newer");

    var text = Files.writeString(directory.resolve("libvips.so"), "not a library");
    assertThat(ImageEngine.of(properties(text.toString())).lacks().orElseThrow())
        .startsWith(text + " not found or not loadable");
  }

  private static MediaProperties properties(String library) {
    return new MediaProperties(library, Set.of(), DataSize.ofMegabytes(1), 1, Map.of(), Map.of());
  }
}
