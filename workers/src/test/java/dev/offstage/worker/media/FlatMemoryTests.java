package dev.offstage.worker.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FlatMemoryTests {

  /**
   * In a process of its own, whose Java heap cannot grow. One decoded sample is half a megabyte:
   * kept, 800 of them were 400 MB.
   */
  @Test
  void aThousandImagesLeaveTheProcessAsLargeAsTwoHundredDid() throws Exception {
    Samples.vips();
    var process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms64m",
                "-Xmx64m",
                "-XX:+AlwaysPreTouch",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                ManyImages.class.getName())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (var out = process.inputReader(StandardCharsets.UTF_8)) {
      var sizes = out.lines().filter(line -> line.startsWith("resident ")).toList();

      assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
      assertThat(sizes).hasSize(2);
      assertThat(size(sizes.get(1)) - size(sizes.get(0))).isLessThan(80_000_000);
    } finally {
      process.destroyForcibly();
    }
  }

  private static long size(String line) {
    return Long.parseLong(line.substring("resident ".length()));
  }

  /** Renders 200 images, then 800 more, and prints the process's size after each. */
  static final class ManyImages {
    private static final List<String> SAMPLES =
        List.of("scene.jpg", "scene.png", "scene.webp", "p3.heic", "alpha16.png", "scene.heic");
    private static final long PAGE = 4_096;

    public static void main(String[] arguments) throws Exception {
      render(200);
      System.out.println("resident " + resident());
      render(800);
      System.out.println("resident " + resident());
    }

    private static void render(int count) throws Exception {
      var wanted = Samples.wanted(240, VariantFormat.JPEG, VariantFormat.WEBP);
      var tasks = new ArrayList<Callable<Integer>>();
      for (int i = 0; i < count; i++) {
        var sample = SAMPLES.get(i % SAMPLES.size());
        tasks.add(() -> Samples.render(Samples.read(sample), wanted).variants().size());
      }
      try (var threads = Executors.newFixedThreadPool(2)) {
        for (var done : threads.invokeAll(tasks)) {
          assertThat(done.get()).isEqualTo(2);
        }
      }
    }

    private static long resident() throws Exception {
      var pages = Files.readString(Path.of("/proc/self/statm")).split(" ", -1)[1];
      return Long.parseLong(pages) * PAGE;
    }
  }
}
