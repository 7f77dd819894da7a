package dev.offstage.bench.agent;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Counts in a file that the process maps, so that the count outlives its kill -9. */
final class Tally {
  private static final VarHandle LONG =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private final ByteBuffer file;

  private Tally(ByteBuffer file) {
    this.file = file;
  }

  /** The file is named by the property {@code bench.tally}, and goes on from where it stands. */
  static Tally ofThisProcess() {
    var path = Path.of(System.getProperty("bench.tally"));
    try (var channel =
        FileChannel.open(
            path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      return new Tally(channel.map(FileChannel.MapMode.READ_WRITE, 0, Long.BYTES));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void add() {
    LONG.getAndAdd(file, 0, 1L);
  }
}
