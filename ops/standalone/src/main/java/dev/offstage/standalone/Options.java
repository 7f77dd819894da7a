package dev.offstage.standalone;

import dev.offstage.servers.Ports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the command line asks for.
 *
 * @param data where everything is kept between runs
 * @param readyFile written once all is up; null for none
 * @param demo whether to send something
 * @param files to send; empty for the sample photo
 * @param listen the address of the public API
 */
record Options(
    Path data,
    @Nullable Path readyFile,
    boolean demo,
    List<Path> files,
    String listen,
    Map<Port, Integer> ports) {

  /** A port, its flag and where it is by default: below those of outgoing connections. */
  enum Port {
    API("--api-port", 8080),
    OPS("--ops-port", 8081),
    CONSOLE("--console-port", 8084),
    POSTGRES("--postgres-port", 21_432),
    RABBITMQ("--rabbitmq-port", 21_672),
    REDIS("--redis-port", 21_379);

    private final String flag;
    private final int usual;

    Port(String flag, int usual) {
      this.flag = flag;
      this.usual = usual;
    }

    String flag() {
      return flag;
    }
  }

  int port(Port which) {
    return ports.getOrDefault(which, which.usual);
  }

  /**
   * @param usualData where data is kept unless the arguments say otherwise
   * @throws UsageException for what is unknown, incomplete or contradicts itself
   */
  static Options parse(String[] args, Path usualData) {
    var parser = new Parser(args, usualData);
    parser.readAll();
    return parser.options();
  }

  private static final class Parser {
    private final Deque<String> left;
    private final List<Path> files = new ArrayList<>();
    private final Map<Port, Integer> ports = new EnumMap<>(Port.class);
    private Path data;
    private @Nullable Path readyFile;
    private boolean demo = true;
    private String listen = "127.0.0.1";

    Parser(String[] args, Path usualData) {
      left = new ArrayDeque<>(List.of(args));
      data = usualData;
    }

    void readAll() {
      while (!left.isEmpty()) {
        var argument = left.pop();
        if (argument.equals("--")) {
          left.forEach(this::file);
          return;
        }
        if (argument.startsWith("--")) {
          option(argument);
        } else {
          file(argument);
        }
      }
    }

    /** Both {@code --data DIR} and {@code --data=DIR}. */
    private void option(String argument) {
      int equals = argument.indexOf('=');
      var name = equals < 0 ? argument : argument.substring(0, equals);
      if (equals >= 0) {
        left.push(argument.substring(equals + 1));
      }
      switch (name) {
        case "--no-demo" -> demo = false;
        case "--data" -> data = Path.of(value(name));
        case "--ready-file" -> readyFile = Path.of(value(name));
        case "--listen" -> listen = value(name);
        default -> port(name);
      }
    }

    private void port(String flag) {
      for (var port : Port.values()) {
        if (port.flag.equals(flag)) {
          ports.put(port, number(flag, value(flag)));
          return;
        }
      }
      throw new UsageException("unknown option " + flag);
    }

    private static int number(String flag, String text) {
      try {
        int number = Integer.parseInt(text);
        if (number == 0) {
          return Ports.free();
        }
        if (number > 0 && number < 65_536) {
          return number;
        }
      } catch (NumberFormatException e) {
        // said below
      }
      throw new UsageException(
          "%s: %s (expected: a port, or 0 for any free one)".formatted(flag, text));
    }

    private String value(String flag) {
      var value = left.poll();
      if (value == null || value.isEmpty()) {
        throw new UsageException(flag + " needs a value");
      }
      return value;
    }

    private void file(String name) {
      var file = Path.of(name);
      if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
        throw new UsageException(name + ": no such file, or not readable");
      }
      files.add(file);
    }

    Options options() {
      if (!demo && !files.isEmpty()) {
        throw new UsageException("--no-demo sends nothing, but files were given: " + files);
      }
      return new Options(
          data.toAbsolutePath().normalize(),
          readyFile == null ? null : readyFile.toAbsolutePath(),
          demo,
          List.copyOf(files),
          listen,
          Map.copyOf(ports));
    }
  }
}
