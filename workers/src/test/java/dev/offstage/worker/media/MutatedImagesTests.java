package dev.offstage.worker.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class MutatedImagesTests {
  private static final List<String> SAMPLES =
      List.of(
          "scene.jpg",
          "scene.png",
          "scene.webp",
          "scene.avif",
          "scene.heic",
          "animated.webp",
          "p3.heic",
          "p3.jpg",
          "alpha16.png",
          "irot.heic");

  @Test
  void aThousandDamagedFilesCrashNothingAndEachEndsWithAReason() throws Exception {
    var runs = new ArrayList<Callable<String>>();
    for (int seed = 0; seed < 1_000; seed++) {
      var random = new Random(seed);
      var damaged = damaged(Samples.read(SAMPLES.get(seed % SAMPLES.size())), random);
      runs.add(() -> end(damaged));
    }

    Map<String, Integer> ends = new TreeMap<>();
    try (var threads = Executors.newFixedThreadPool(2)) {
      for (var end : threads.invokeAll(runs)) {
        ends.merge(end.get(), 1, Integer::sum);
      }
    }

    assertThat(ends.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(1_000);
    assertThat(ends)
        .containsKeys("complete", "image-truncated", "image-unreadable", "image-unsupported");
    assertThat(Samples.vips().pixelMemory()).isZero();
  }

  private static String end(byte[] damaged) throws Exception {
    try {
      Samples.render(damaged, Samples.wanted(256, VariantFormat.JPEG, VariantFormat.WEBP));
      return "complete";
    } catch (ImageRefusedException e) {
      return e.failure().reason();
    }
  }

  private static byte[] damaged(byte[] whole, Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> Arrays.copyOf(whole, random.nextInt(whole.length));
      case 1 -> flipped(whole, random, whole.length);
      case 2 -> flipped(whole, random, Math.min(whole.length, 400)); // headers are worth more
      default -> {
        var holed = whole.clone();
        int from = random.nextInt(whole.length);
        Arrays.fill(
            holed,
            from,
            Math.min(whole.length, from + 1 + random.nextInt(200)),
            (byte) random.nextInt());
        yield holed;
      }
    };
  }

  private static byte[] flipped(byte[] whole, Random random, int within) {
    var flipped = whole.clone();
    for (int i = 0; i <= random.nextInt(20); i++) {
      flipped[random.nextInt(within)] ^= (byte) (1 << random.nextInt(8));
    }
    return flipped;
  }
}
