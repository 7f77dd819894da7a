import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * Makes {@code phone.jpg}: a picture of a phone's size and kind, for trying Offstage. Evening over
 * a lake: it is computed, so that it is nobody's, but with a camera's grain, and stored as a phone
 * stores it when held upright: lying, with an EXIF orientation, a camera model and a place (the
 * middle of the North Sea).
 *
 * <p>{@code java ops/samples/MakePhone.java ops/samples/phone.jpg}
 */
final class MakePhone {
  private static final int WIDTH = 3000;
  private static final int HEIGHT = 4000;
  private static final double HORIZON = 0.56;
  private static final int ROTATE_90 = 6; // EXIF: to be shown turned clockwise

  private MakePhone() {}

  public static void main(String[] args) throws IOException {
    var upright = paint();
    var lying = new BufferedImage(HEIGHT, WIDTH, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        lying.setRGB(y, WIDTH - 1 - x, upright[y * WIDTH + x]);
      }
    }
    var jpeg = encode(lying, 0.91f);
    var out = new ByteArrayOutputStream();
    out.write(jpeg, 0, 2); // start of image
    out.writeBytes(exif());
    out.write(jpeg, 2, jpeg.length - 2);
    Files.write(Path.of(args[0]), out.toByteArray());
  }

  // The picture
  // ------------------------------------------------------------------------------------

  private static int[] paint() {
    var pixels = new int[WIDTH * HEIGHT];
    var grain = new Random(7);
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        double u = x / (double) WIDTH;
        double v = y / (double) HEIGHT;
        double[] color = v < HORIZON ? land(u, v) : water(u, v);
        double noise = grain.nextGaussian() * 2.4;
        pixels[y * WIDTH + x] =
            level(color[0] + noise) << 16 | level(color[1] + noise) << 8 | level(color[2] + noise);
      }
    }
    return pixels;
  }

  /** Sky, sun and four ranges of hills, each nearer and darker. */
  private static double[] land(double u, double v) {
    double[] color = sky(u, v);
    for (int range = 0; range < 4; range++) {
      double top =
          HORIZON
              - 0.16
              + 0.035 * range
              + (0.10 - 0.015 * range) * (0.5 - fractal(u * (2 + range) + 17 * range, range, 7));
      if (v > top) {
        double haze = Math.exp(-(v - top) * 9) * (0.55 - 0.1 * range);
        double tree = 14 * (fractal(u * 260 + range, v * 180, 3) - 0.5) * range;
        double dark = 1 - 0.23 * range;
        color =
            new double[] {
              (86 * dark + 150 * haze) + tree,
              (74 * dark + 96 * haze) + tree,
              (104 * dark + 88 * haze) + tree
            };
      }
    }
    return color;
  }

  private static double[] sky(double u, double v) {
    double height = v / HORIZON;
    double cloud = Math.max(0, fractal(u * 3, v * 11 + 3, 6) - 0.47) * 2.4;
    double distance = Math.hypot((u - 0.64) * 0.75, v - 0.36);
    double glow = Math.exp(-distance * 6.5);
    double sun = distance < 0.021 ? 1 : Math.exp(-(distance - 0.021) * 90);
    return new double[] {
      mix(52, 250, height) + 70 * glow + 110 * sun + 60 * cloud * height,
      mix(84, 158, height) + 62 * glow + 120 * sun + 18 * cloud,
      mix(150, 110, height) + 12 * glow + 110 * sun + 6 * cloud
    };
  }

  /** The land upside down, broken by waves that grow towards us. */
  private static double[] water(double u, double v) {
    double depth = (v - HORIZON) / (1 - HORIZON);
    double far = 1 / (depth + 0.05);
    double wave = fractal(u * 5 * Math.sqrt(far) + 40, v * 26 * far, 5) - 0.5;
    double fine = fractal(u * 90, v * 420, 3) - 0.5;
    double mirrored = HORIZON - (v - HORIZON) * 0.9 + wave * 0.10 * (0.3 + depth);
    double[] color = land(u + wave * 0.035, Math.clamp(mirrored, 0.0, HORIZON - 0.001));
    double shade = 0.80 - 0.42 * depth;
    double light = 26 * wave + 14 * fine * (0.3 + depth);
    return new double[] {
      color[0] * shade + light, color[1] * shade * 1.02 + light, color[2] * shade * 1.10 + light + 6
    };
  }

  private static double mix(double from, double to, double part) {
    return from + (to - from) * part * part;
  }

  private static int level(double value) {
    return (int) Math.round(Math.clamp(value, 0, 255));
  }

  /** Value noise, summed over octaves: from 0 to 1, about 0.5 in the mean. */
  private static double fractal(double x, double y, int octaves) {
    double sum = 0;
    double weight = 0.5;
    for (int octave = 0; octave < octaves; octave++) {
      sum += weight * noise(x, y);
      x = x * 2 + 31.7;
      y = y * 2 + 17.3;
      weight /= 2;
    }
    return sum;
  }

  private static double noise(double x, double y) {
    double left = Math.floor(x);
    double top = Math.floor(y);
    double u = smooth(x - left);
    double v = smooth(y - top);
    int i = (int) left;
    int j = (int) top;
    double above = corner(i, j) * (1 - u) + corner(i + 1, j) * u;
    double below = corner(i, j + 1) * (1 - u) + corner(i + 1, j + 1) * u;
    return above * (1 - v) + below * v;
  }

  private static double smooth(double part) {
    return part * part * (3 - 2 * part);
  }

  private static double corner(int i, int j) {
    int mixed = i * 0x27d4eb2d ^ j * 0x165667b1;
    mixed = (mixed ^ mixed >>> 15) * 0x2c1b3c6d;
    mixed = (mixed ^ mixed >>> 12) * 0x297a2d39;
    return ((mixed ^ mixed >>> 15) & 0xffff) / 65535.0;
  }

  // The file
  // ---------------------------------------------------------------------------------------

  private static byte[] encode(BufferedImage picture, float quality) throws IOException {
    var bytes = new ByteArrayOutputStream();
    var writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    try (var out = new MemoryCacheImageOutputStream(bytes)) {
      writer.setOutput(out);
      var how = writer.getDefaultWriteParam();
      how.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      how.setCompressionQuality(quality);
      writer.write(null, new IIOImage(picture, null, null), how);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  /** An APP1 segment: a TIFF, big-endian, with one directory for the picture and one for GPS. */
  private static byte[] exif() throws IOException {
    var main = new Directory(8, 5);
    main.text(0x010F, "Offstage"); // make
    main.text(0x0110, "Offstage Sample Phone"); // model
    main.number(0x0112, ROTATE_90);
    main.text(0x0132, "2026:11:21 17:42:10"); // when
    int gps = main.end();
    main.pointer(0x8825, gps);
    var place = new Directory(gps, 4);
    place.text(0x0001, "N");
    place.degrees(0x0002, 56, 7, 30);
    place.text(0x0003, "E");
    place.degrees(0x0004, 3, 14, 15);

    var tiff = new ByteArrayOutputStream();
    tiff.writeBytes(new byte[] {'M', 'M', 0, 42, 0, 0, 0, 8});
    tiff.writeBytes(main.bytes());
    tiff.writeBytes(place.bytes());
    var segment = new ByteArrayOutputStream();
    try (var out = new DataOutputStream(segment)) {
      out.writeShort(0xFFE1);
      out.writeShort(2 + 6 + tiff.size());
      out.write(new byte[] {'E', 'x', 'i', 'f', 0, 0});
      tiff.writeTo(out);
    }
    return segment.toByteArray();
  }

  /** A TIFF directory of a known number of entries, its values behind it. */
  private static final class Directory {
    private final ByteArrayOutputStream entries = new ByteArrayOutputStream();
    private final ByteArrayOutputStream values = new ByteArrayOutputStream();
    private final int count;
    private final int valuesAt;

    Directory(int at, int count) throws IOException {
      this.count = count;
      this.valuesAt = at + 2 + 12 * count + 4;
    }

    void text(int tag, String text) throws IOException {
      var bytes = (text + "\0").getBytes(StandardCharsets.US_ASCII);
      if (bytes.length > 4) {
        entry(tag, 2, bytes.length, valuesAt + values.size());
        values.writeBytes(bytes);
        if (bytes.length % 2 == 1) {
          values.write(0);
        }
      } else {
        entry(tag, 2, bytes.length, bytes[0] << 24);
      }
    }

    void number(int tag, int number) throws IOException {
      entry(tag, 3, 1, number << 16);
    }

    void pointer(int tag, int at) throws IOException {
      entry(tag, 4, 1, at);
    }

    void degrees(int tag, int degrees, int minutes, int seconds) throws IOException {
      entry(tag, 5, 3, valuesAt + values.size());
      try (var out = new DataOutputStream(values)) {
        for (int part : new int[] {degrees, minutes, seconds}) {
          out.writeInt(part);
          out.writeInt(1);
        }
      }
    }

    private void entry(int tag, int type, int length, int value) throws IOException {
      try (var out = new DataOutputStream(entries)) {
        out.writeShort(tag);
        out.writeShort(type);
        out.writeInt(length);
        out.writeInt(value);
      }
    }

    int end() {
      return valuesAt + values.size();
    }

    byte[] bytes() throws IOException {
      var all = new ByteArrayOutputStream();
      try (var out = new DataOutputStream(all)) {
        out.writeShort(count);
        entries.writeTo(out);
        out.writeInt(0); // no further directory
        values.writeTo(out);
      }
      return all.toByteArray();
    }
  }
}
