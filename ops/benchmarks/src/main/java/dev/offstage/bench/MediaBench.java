package dev.offstage.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.offstage.bench.report.Report;
import dev.offstage.worker.media.ImageRenderer;
import dev.offstage.worker.media.OriginalFormat;
import dev.offstage.worker.media.Preset;
import dev.offstage.worker.media.VariantFormat;
import dev.offstage.worker.media.WantedVariant;
import dev.offstage.worker.media.vips.NativeBytes;
import dev.offstage.worker.media.vips.Vips;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import net.coobird.thumbnailator.Thumbnails;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Images a second from phone photos to 2048, 1024 and 256 px JPEG of quality 80, on all cores: our
 * renderer, which makes the placeholders as well, and Thumbnailator, which is given the same trick
 * of one decode and of smaller from larger. Rounds take turns, so that both meet the same machine.
 */
final class MediaBench {
  private static final Path PHOTOS = Path.of("/usr/share/forensics-samples/original-files");
  private static final List<String> NAMES =
      List.of(
          "pic1/IMG_20200827_231612.jpg",
          "pic2/IMG_20191224_234846.jpg",
          "pic2/IMG_20200124_231153.jpg",
          "pic2/IMG_20200608_111614.jpg");
  private static final int[] SIZES = {2048, 1024, 256};
  private static final int ROUNDS = 5;
  private static final int PHOTOS_A_ROUND = 24;

  private final ImageRenderer renderer;
  private final List<byte[]> photos;

  private MediaBench(ImageRenderer renderer, List<byte[]> photos) {
    this.renderer = renderer;
    this.photos = photos;
  }

  public static void main(String[] arguments) {
    Launch.run(new Media(), arguments);
  }

  @Command(
      name = "ops/bench media",
      mixinStandardHelpOptions = true,
      description = "Images a second from phone photos, beside Thumbnailator.")
  private static final class Media implements Callable<Integer> {
    @Option(names = "--json", description = "writes all figures to that file")
    private @Nullable Path json;

    @Override
    public Integer call() throws Exception {
      var photos = new ArrayList<byte[]>();
      for (var name : NAMES) {
        var file = PHOTOS.resolve(name);
        if (!Files.exists(file)) {
          System.err.println(
              file
                  + " is missing: apt-get install forensics-samples-files, which holds the photos");
          return 1;
        }
        photos.add(Files.readAllBytes(file));
      }
      var library = Optional.ofNullable(System.getenv("OFFSTAGE_MEDIA_LIBVIPS"));
      var vips = Vips.load(library.orElse("libvips.so.42"));
      var renderer = new ImageRenderer(vips, Set.of(OriginalFormat.JPEG), 100_000_000);
      var report = new Report("media");
      report.note(
          "libvips %s; %d photos of 12 megapixels a round."
              .formatted(vips.version(), PHOTOS_A_ROUND));
      new MediaBench(renderer, photos).run(report);
      report.finish(json);
      return 0;
    }
  }

  private void run(Report report) throws Exception {
    int cores = Runtime.getRuntime().availableProcessors();
    try (var threads = Executors.newFixedThreadPool(cores)) {
      measure(threads, this::render, cores * 4);
      measure(threads, MediaBench::thumbnail, cores * 4);
      for (int number = 1; number <= ROUNDS; number++) {
        measure(threads, this::render, PHOTOS_A_ROUND).addTo(report, "Offstage");
        measure(threads, MediaBench::thumbnail, PHOTOS_A_ROUND).addTo(report, "Thumbnailator");
      }
    }
    report.compare("Offstage");
  }

  /** What a round took; the processor's time tells of a machine that is busy with other things. */
  private record Speed(double imagesASecond, double cpuMillisAnImage) {
    void addTo(Report report, String column) {
      report.figures().add("phone photos to three sizes", "images/s", column, imagesASecond);
      report.figures().add("CPU an image", "ms", column, cpuMillisAnImage);
    }
  }

  private interface Work {
    void on(byte[] photo) throws Exception;
  }

  private Speed measure(ExecutorService threads, Work work, int count)
      throws InterruptedException, ExecutionException {
    var tasks = new ArrayList<Callable<Boolean>>();
    for (int i = 0; i < count; i++) {
      var photo = photos.get(i % photos.size());
      tasks.add(
          () -> {
            work.on(photo);
            return true;
          });
    }
    long cpu = cpuNanos();
    long start = System.nanoTime();
    for (var done : threads.invokeAll(tasks)) {
      done.get();
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    return new Speed(count / seconds, (cpuNanos() - cpu) / 1e6 / count);
  }

  private static long cpuNanos() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
  }

  private void render(byte[] photo) throws Exception {
    var wanted =
        Arrays.stream(SIZES)
            .mapToObj(
                size ->
                    new WantedVariant(String.valueOf(size), Preset.of(size), VariantFormat.JPEG))
            .toList();
    try (var bytes = NativeBytes.of(photo)) {
      renderer.render(bytes, wanted, new Counted());
    }
  }

  private static void thumbnail(byte[] photo) {
    try {
      BufferedImage image = null;
      for (int size : SIZES) {
        image =
            image == null
                ? Thumbnails.of(new ByteArrayInputStream(photo)).size(size, size).asBufferedImage()
                : Thumbnails.of(image).size(size, size).asBufferedImage();
        encode(image);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // As Thumbnailator does when it writes; not through it, which would scale once more.
  private static void encode(BufferedImage image) throws IOException {
    var writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    try (var out = ImageIO.createImageOutputStream(new ByteArrayOutputStream())) {
      var parameters = writer.getDefaultWriteParam();
      parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      parameters.setCompressionQuality(0.8f);
      writer.setOutput(out);
      writer.write(null, new IIOImage(image, null, null), parameters);
    } finally {
      writer.dispose();
    }
  }

  /** Checks that there is something to count. */
  private static final class Counted implements ImageRenderer.Sink {
    @Override
    public void decoded() {}

    @Override
    public void variant(WantedVariant wanted, byte[] bytes, int width, int height) {
      if (Math.max(width, height) != wanted.preset().longEdge() || bytes.length < 1_000) {
        throw new IllegalStateException(wanted + ": " + width + "x" + height);
      }
    }
  }
}
