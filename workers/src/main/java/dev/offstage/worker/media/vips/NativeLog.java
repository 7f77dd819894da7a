package dev.offstage.worker.media.vips;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what a GLib library would print to stderr into our log, at debug: a hostile picture could
 * fill a disk with warnings.
 */
final class NativeLog {
  private static final Logger log = LoggerFactory.getLogger(NativeLog.class);
  private static final int ALL_LEVELS = 0xFC; // of GLogLevelFlags, but for fatal and recursion

  private NativeLog() {}

  static void of(NativeLibrary library, String domain) {
    MemorySegment handler;
    try {
      var type =
          MethodType.methodType(
              void.class, MemorySegment.class, int.class, MemorySegment.class, MemorySegment.class);
      handler =
          Linker.nativeLinker()
              .upcallStub(
                  MethodHandles.lookup().findStatic(NativeLog.class, "write", type),
                  FunctionDescriptor.ofVoid(ADDRESS, JAVA_INT, ADDRESS, ADDRESS),
                  Arena.global());
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("NativeLog.write", e);
    }
    library.callInt("g_log_set_handler", domain, ALL_LEVELS, handler, MemorySegment.NULL);
  }

  // Called by libvips on any of its threads; an exception here would end the process.
  @SuppressWarnings({"UnusedMethod", "UnusedVariable", "EmptyCatch"})
  private static void write(
      MemorySegment domain, int level, MemorySegment message, MemorySegment data) {
    try {
      if (log.isDebugEnabled()) {
        log.debug("{}", message.reinterpret(4_096).getString(0));
      }
    } catch (RuntimeException e) {
      // A message that cannot be read or written is worth nobody's life.
    }
  }
}
