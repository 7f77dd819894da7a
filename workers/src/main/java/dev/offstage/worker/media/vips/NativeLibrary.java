package dev.offstage.worker.media.vips;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Calls C functions by name, variadic ones too. The layouts are those of the arguments: {@code
 * int}, {@code long}, {@code double}, a segment's address or a string's. A call costs about a
 * microsecond, which is nothing beside a picture.
 */
final class NativeLibrary {
  private record Signature(String function, int fixed, List<MemoryLayout> layouts) {}

  private final SymbolLookup symbols;
  private final ConcurrentHashMap<Signature, MethodHandle> handles = new ConcurrentHashMap<>();

  /**
   * @param name a path, or a name for the system's loader
   * @throws IllegalArgumentException if there is no such library or it cannot be loaded
   */
  NativeLibrary(String name) {
    symbols = SymbolLookup.libraryLookup(name, Arena.global());
  }

  boolean has(String function) {
    return symbols.find(function).isPresent();
  }

  int callInt(String function, Object... arguments) {
    return (int) call(JAVA_INT, function, arguments.length, arguments);
  }

  long callLong(String function, Object... arguments) {
    return (long) call(JAVA_LONG, function, arguments.length, arguments);
  }

  MemorySegment callPointer(String function, Object... arguments) {
    return (MemorySegment) call(ADDRESS, function, arguments.length, arguments);
  }

  void callVoid(String function, Object... arguments) {
    call(null, function, arguments.length, arguments);
  }

  /**
   * Calls a function that takes {@code fixed} arguments and then options, as names and values; the
   * NULL that ends them is added here.
   */
  int callIntWithOptions(String function, int fixed, Object... arguments) {
    return (int) call(JAVA_INT, function, fixed, ended(arguments));
  }

  MemorySegment callPointerWithOptions(String function, int fixed, Object... arguments) {
    return (MemorySegment) call(ADDRESS, function, fixed, ended(arguments));
  }

  private static Object[] ended(Object[] arguments) {
    var all = Arrays.copyOf(arguments, arguments.length + 1);
    all[arguments.length] = MemorySegment.NULL;
    return all;
  }

  @SuppressWarnings("NullAway") // a void function has no result, and nobody asks for it
  private Object call(
      @Nullable MemoryLayout result, String function, int fixed, Object... arguments) {
    try (var strings = Arena.ofConfined()) {
      var layouts = new ArrayList<MemoryLayout>(arguments.length);
      var values = new Object[arguments.length];
      for (int i = 0; i < arguments.length; i++) {
        values[i] = arguments[i] instanceof String text ? strings.allocateFrom(text) : arguments[i];
        layouts.add(layoutOf(values[i]));
      }
      var handle =
          handles.computeIfAbsent(
              new Signature(function, fixed, layouts), signature -> link(result, signature));
      return handle.invokeExact(values);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(function, e);
    }
  }

  private MethodHandle link(@Nullable MemoryLayout result, Signature signature) {
    var symbol =
        symbols
            .find(signature.function())
            .orElseThrow(() -> new UnsatisfiedLinkError(signature.function()));
    var layouts = signature.layouts().toArray(MemoryLayout[]::new);
    var descriptor =
        result == null
            ? FunctionDescriptor.ofVoid(layouts)
            : FunctionDescriptor.of(result, layouts);
    var options =
        signature.fixed() < layouts.length
            ? new Linker.Option[] {Linker.Option.firstVariadicArg(signature.fixed())}
            : new Linker.Option[0];
    var handle = Linker.nativeLinker().downcallHandle(symbol, descriptor, options);
    return handle.asType(handle.type().generic()).asSpreader(Object[].class, layouts.length);
  }

  private static MemoryLayout layoutOf(Object value) {
    return switch (value) {
      case Integer _ -> JAVA_INT;
      case Long _ -> JAVA_LONG;
      case Double _ -> JAVA_DOUBLE;
      case MemorySegment _ -> ADDRESS;
      default -> throw new IllegalArgumentException("argument: " + value.getClass());
    };
  }
}
