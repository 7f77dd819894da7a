package dev.offstage.worker.media;

import static dev.offstage.worker.media.Samples.read;
import static dev.offstage.worker.media.Samples.render;
import static dev.offstage.worker.media.Samples.wanted;
import static dev.offstage.worker.media.VariantFormat.AVIF;
import static dev.offstage.worker.media.VariantFormat.JPEG;
import static dev.offstage.worker.media.VariantFormat.PNG;
import static dev.offstage.worker.media.VariantFormat.WEBP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.offstage.worker.media.vips.NativeBytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageRendererTests {

  @ParameterizedTest
  @ValueSource(strings = {"scene.jpg", "scene.png", "scene.webp", "scene.avif", "scene.heic"})
  void everyFormatIsReadAndEveryFormatIsWritten(String sample) throws Exception {
    var outcome = render(read(sample), wanted(120, VariantFormat.values()));

    assertThat(outcome.variants()).hasSize(4);
    for (var made : outcome.variants()) {
      assertThat(made.width()).isEqualTo(120);
      assertThat(made.height()).isEqualTo(90);
      assertNear(made.at(0.78, 0.22), 250, 214, 70); // the sun
    }
  }

  @Test
  void sizesComeFromOneDecodeAndKeepTheAspect() throws Exception {
    var wanted = new ArrayList<WantedVariant>();
    wanted.addAll(wanted(60, JPEG));
    wanted.addAll(wanted(240, JPEG, WEBP));
    wanted.addAll(wanted(120, JPEG));

    var outcome = render(read("scene.jpg"), wanted);

    assertThat(outcome.rendered().width()).isEqualTo(480);
    assertThat(outcome.rendered().height()).isEqualTo(360);
    assertThat(outcome.variants())
        .extracting(made -> made.width() + "x" + made.height())
        .containsExactly("240x180", "240x180", "120x90", "60x45");
  }

  @Test
  void realPhotoThatLiesUpsideDownIsTurned() throws Exception {
    var photo = Samples.photo("pic2/IMG_20200124_231153.jpg");
    assumeThat(photo).isPresent();

    var made = render(photo.get(), wanted(1024, JPEG)).only();

    assertNear(made.at(0.55, 0.15), 15, 15, 15); // the dark behind the dog, above
    assertThat(made.at(0.5, 0.95)[0]).isGreaterThan(110); // the tiles, below
  }

  @Test
  void pictureIsNeverEnlarged() throws Exception {
    var made = render(read("scene.jpg"), wanted(2048, JPEG)).only();

    assertThat(made.width()).isEqualTo(480);
    assertThat(made.height()).isEqualTo(360);
  }

  @ParameterizedTest
  @ValueSource(strings = {"turned.jpg", "irot.heic"})
  void orientationIsApplied(String sample) throws Exception {
    var outcome = render(read(sample), wanted(100, JPEG));

    assertThat(outcome.rendered().width()).isEqualTo(200);
    assertThat(outcome.rendered().height()).isEqualTo(150);
    assertThat(outcome.only().width()).isEqualTo(100);
    assertThat(outcome.only().height()).isEqualTo(75);
    assertNear(outcome.only().at(0.5, 0.2), 220, 30, 30);
    assertNear(outcome.only().at(0.5, 0.8), 20, 40, 200);
  }

  /** Hazard H3. Left as Display P3, red would read 234, 51, 35. */
  @ParameterizedTest
  @ValueSource(strings = {"p3.jpg", "p3.heic"})
  void displayP3BecomesSrgb(String sample) throws Exception {
    var made = render(read(sample), wanted(100, PNG)).only();

    assertNear(made.at(0.25, 0.5), 255, 0, 0);
    assertNear(made.at(0.75, 0.5), 60, 200, 80);
  }

  @Test
  void cmykBecomesSrgb() throws Exception {
    var made = render(read("cmyk.jpg"), wanted(100, PNG)).only();

    var left = made.at(0.25, 0.5);
    var right = made.at(0.75, 0.5);
    assertThat(left).hasSize(3);
    assertThat(left[0]).isGreaterThan(200);
    assertThat(left[1]).isLessThan(80);
    assertThat(right[1]).isGreaterThan(150);
  }

  @ParameterizedTest
  @ValueSource(strings = {"grey.jpg", "grey-srgb.jpg"})
  void greyStaysGreyEvenWithAProfileThatDoesNotFit(String sample) throws Exception {
    var left = render(read(sample), wanted(100, PNG)).only().at(0.25, 0.5);

    assertThat(left).hasSize(3);
    assertThat(left[0]).isEqualTo(left[1]).isEqualTo(left[2]).isBetween(30, 160);
  }

  @Test
  void sixteenBitsAndAlphaSurviveWhereTheFormatCan() throws Exception {
    var made = render(read("alpha16.png"), wanted(96, JPEG, WEBP, AVIF, PNG)).variants();

    assertNear(made.get(0).at(0.25, 0.5), 255, 0, 0);
    assertNear(made.get(0).at(0.9, 0.5), 255, 255, 255); // JPEG has no alpha: white
    for (var withAlpha : made.subList(1, 4)) {
      assertNear(withAlpha.at(0.2, 0.5), 255, 0, 0, 255);
      assertThat(withAlpha.at(0.9, 0.5)[3]).isLessThan(8);
    }
  }

  @ParameterizedTest
  @CsvSource({"one.png, 1, 1", "long.png, 256, 1"})
  void oddShapesWork(String sample, int width, int height) throws Exception {
    for (var made : render(read(sample), wanted(256, VariantFormat.values())).variants()) {
      assertThat(made.width()).isEqualTo(width);
      assertThat(made.height()).isEqualTo(height);
      made.at(0, 0);
    }
  }

  @Test
  void animationGivesItsFirstFrame() throws Exception {
    var made = render(read("animated.webp"), wanted(256, PNG)).only();

    assertThat(made.height()).isEqualTo(64);
    assertNear(made.at(0.5, 0.9), 255, 0, 0);
  }

  /** Hazard H1, in every format and from every format. */
  @ParameterizedTest
  @ValueSource(strings = {"scene.jpg", "scene.png", "scene.webp", "scene.avif", "scene.heic"})
  void noTraceOfCameraOrPlaceIsLeft(String sample) throws Exception {
    assertThat(Traces.in(read(sample))).as("the sample itself").isNotEmpty();

    for (var made : render(read(sample), wanted(200, VariantFormat.values())).variants()) {
      assertThat(Traces.in(made.bytes())).as(made.wanted().format().text()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pic1/IMG_20200827_231612.jpg",
        "pic2/IMG_20191224_234846.jpg",
        "pic2/IMG_20200124_231153.jpg",
        "pic2/IMG_20200608_111614.jpg",
        "pic1/IMG_1054.JPG"
      })
  void realPhotosLoseTheirMetadataToo(String photo) throws Exception {
    var bytes = Samples.photo(photo);
    assumeThat(bytes).isPresent();
    assertThat(Traces.in(bytes.get())).isNotEmpty();

    var outcome = render(bytes.get(), Samples.defaults());

    assertThat(outcome.variants()).hasSize(6);
    for (var made : outcome.variants()) {
      assertThat(Traces.in(made.bytes())).as(made.wanted().toString()).isEmpty();
      assertThat(made.width())
          .isEqualTo(Math.min(made.wanted().preset().longEdge(), outcome.rendered().width()));
    }
  }

  /** Hazard H2: libvips' thumbnail would pass these. */
  @ParameterizedTest
  @ValueSource(strings = {"scene.jpg", "scene.png", "scene.webp", "scene.avif", "scene.heic"})
  void truncatedFilesAreRefused(String sample) {
    var whole = read(sample);

    for (int percent : new int[] {40, 75, 95}) {
      var cut = Arrays.copyOf(whole, whole.length * percent / 100);
      assertRefused(cut, "image-truncated");
    }
  }

  @Test
  void whatIsNoImageIsRefusedWhateverItIsCalled() {
    assertRefused(new byte[0], "image-empty");
    assertRefused(new byte[] {(byte) 0xFF}, "image-unsupported");
    for (var text :
        List.of(
            "#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n",
            "<svg xmlns=\"http://www.w3.org/2000/svg\"><image href=\"file:///etc/passwd\"/></svg>",
            "%PDF-1.7\n1 0 obj\n",
            "GIF89a\1\0\1\0\0\0\0;",
            "P6 1 1 255\nabc",
            "\0\0\0\30ftypisom\0\0\0\0isommp41")) {
      assertRefused(
          text.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1), "image-unsupported");
    }
  }

  @Test
  void bombsAreRefusedByTheirHeaderInNoTime() {
    for (var bomb : List.of(Bombs.png(30_000, 30_000), Bombs.jpeg(read("scene.jpg")))) {
      long start = System.nanoTime();
      assertRefused(bomb, "image-too-large");
      assertThat(System.nanoTime() - start).isLessThan(500_000_000L);
    }
  }

  @Test
  void formatsThatAreNotConfiguredAreRefused() throws Exception {
    var renderer =
        new ImageRenderer(
            Samples.vips(), java.util.Set.of(OriginalFormat.JPEG), Samples.MAX_PIXELS);
    try (var heic = NativeBytes.of(read("scene.heic"))) {
      assertThatThrownBy(() -> renderer.render(heic, wanted(100, JPEG), new NoSink()))
          .isInstanceOf(ImageRefusedException.class)
          .hasMessageContaining("expected: JPEG");
    }
  }

  @ParameterizedTest
  @EnumSource(VariantFormat.class)
  void interruptionIsSeenBetweenSteps(VariantFormat format) {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> render(read("scene.jpg"), wanted(100, format)))
        .isInstanceOf(InterruptedException.class);
    assertThat(Thread.interrupted()).isFalse();
  }

  @Test
  void nothingStaysInMemory() throws Exception {
    long before = Samples.vips().pixelMemory();
    for (int i = 0; i < 50; i++) {
      render(read("scene.heic"), wanted(200, JPEG, WEBP));
      assertRefused(Arrays.copyOf(read("scene.jpg"), 9_000), "image-truncated");
    }
    // libvips' own threads give back the last of it when they end, shortly after the call returns.
    await().untilAsserted(() -> assertThat(Samples.vips().pixelMemory()).isEqualTo(before));
  }

  static void assertRefused(byte[] bytes, String reason) {
    assertThatThrownBy(() -> render(bytes, Samples.defaults()))
        .isInstanceOfSatisfying(
            ImageRefusedException.class, e -> assertThat(e.failure().reason()).isEqualTo(reason));
  }

  private static void assertNear(int[] colour, int... expected) {
    assertThat(colour).hasSizeGreaterThanOrEqualTo(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat(colour[i])
          .as("band %d of %s", i, Arrays.toString(colour))
          .isBetween(expected[i] - 14, expected[i] + 14);
    }
  }

  private static final class NoSink implements ImageRenderer.Sink {
    @Override
    public void decoded() {}

    @Override
    public void variant(WantedVariant wanted, byte[] bytes, int width, int height) {}
  }
}
