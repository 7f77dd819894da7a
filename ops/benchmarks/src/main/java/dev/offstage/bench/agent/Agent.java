package dev.offstage.bench.agent;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A process's side of its conversation with the bench: a command is a line of words, its answer a
 * line that begins with {@code ok} or {@code error}. Other lines are not part of it.
 */
final class Agent {
  /** One thing that the process can do. */
  interface Command {
    /** Answers with words. */
    String run(List<String> arguments) throws Exception;
  }

  private final PrintStream out;
  private final Map<String, Command> commands = new TreeMap<>();

  /** Takes standard output for itself: what else is printed goes to standard error. */
  Agent() {
    out = System.out;
    System.setOut(System.err);
  }

  Agent with(String word, Command command) {
    commands.put(word, command);
    return this;
  }

  /** Serves until standard input ends, then ends the process. */
  void serve() throws IOException {
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    say("ok");
    for (var line = in.readLine(); line != null; line = in.readLine()) {
      say(answer(List.of(line.split(" "))));
    }
    System.exit(0);
  }

  private String answer(List<String> words) {
    try {
      var command = commands.get(words.getFirst());
      return command == null
          ? "error: " + words.getFirst() + " (expected: one of " + commands.keySet() + ")"
          : "ok " + command.run(words.subList(1, words.size()));
    } catch (Exception e) { // also InterruptedException: nobody interrupts this thread
      e.printStackTrace();
      return "error " + e.toString().lines().findFirst().orElse("");
    }
  }

  private void say(String line) {
    out.println(line);
    out.flush();
  }
}
