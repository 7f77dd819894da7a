package dev.offstage.standalone.demo;

import java.io.PrintStream;
import java.util.Locale;

/**
 * The terminal, or a file or pipe in its place: there, no line is ever drawn over, and there are no
 * colours.
 */
public final class Screen {
  private final PrintStream out;
  private final boolean terminal;
  private boolean lineOpen;

  public Screen(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  public boolean isTerminal() {
    return terminal;
  }

  /** A line of its own. */
  public synchronized void say(String format, Object... values) {
    if (lineOpen) {
      out.println();
      lineOpen = false;
    }
    out.println(String.format(Locale.ROOT, format, values));
  }

  /** Draws over the last drawn line; shown only on a terminal. */
  synchronized void draw(String line) {
    if (terminal) {
      out.print("\r\033[2K" + line);
      out.flush();
      lineOpen = true;
    }
  }

  /** The last of what was drawn, which stays. */
  synchronized void settle(String line) {
    if (terminal) {
      out.print("\r\033[2K");
    }
    out.println(line);
    lineOpen = false;
  }
}
