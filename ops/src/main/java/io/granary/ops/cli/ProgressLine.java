package io.granary.ops.cli;

import io.granary.ops.demo.Narrator;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;

/**
 * Tells a long work stage by stage: on a terminal one line that is redrawn with a bar, elsewhere
 * one line when a stage begins and one when it ends. Used by one thread.
 */
final class ProgressLine implements Narrator {
  private static final int BAR_WIDTH = 24;
  private static final int NAME_WIDTH = 34;

  private final PrintWriter out;
  private final boolean terminal;
  private String shown = "";

  ProgressLine(PrintWriter out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  @Override
  public void say(String line) {
    clear();
    out.println(line);
    out.flush();
  }

  @Override
  public void progress(String stage, int percent, String note, Duration elapsed) {
    if (!terminal) {
      if (!shown.equals(stage)) {
        out.println("  … " + stage);
        out.flush();
        shown = stage;
      }
      return;
    }
    int filled = Math.min(BAR_WIDTH, percent * BAR_WIDTH / 100);
    String bar = "█".repeat(filled) + "░".repeat(BAR_WIDTH - filled);
    redraw(
        String.format(
            Locale.ROOT,
            "  %-" + NAME_WIDTH + "s %s %3d%% %6s  %s",
            stage,
            bar,
            percent,
            seconds(elapsed),
            note));
  }

  @Override
  public void done(String stage, Duration elapsed, String note) {
    clear();
    out.printf(Locale.ROOT, "  ✓ %-" + NAME_WIDTH + "s %8s  %s%n", stage, seconds(elapsed), note);
    out.flush();
  }

  private void redraw(String line) {
    String padded =
        line.length() < shown.length() ? line + " ".repeat(shown.length() - line.length()) : line;
    out.print('\r' + padded);
    out.flush();
    shown = line;
  }

  private void clear() {
    if (terminal && !shown.isEmpty()) {
      out.print('\r' + " ".repeat(shown.length()) + '\r');
    }
    shown = "";
  }

  private static String seconds(Duration elapsed) {
    return String.format(Locale.ROOT, "%.1f s", elapsed.toMillis() / 1000.0);
  }
}
