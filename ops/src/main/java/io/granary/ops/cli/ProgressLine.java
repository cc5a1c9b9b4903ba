package io.granary.ops.cli;

import io.granary.ops.demo.Narrator;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.Locale;

/**
 * Tells a long work stage by stage: on a terminal one line that is redrawn with a bar, elsewhere
 * one line when a stage begins and one when it ends. Thread-safe.
 */
final class ProgressLine implements Narrator {
  private static final int BAR_WIDTH = 16;
  private static final int NAME_WIDTH = 34;

  private final PrintWriter out;
  private final boolean terminal;
  private final int columns;
  private final boolean plain;
  private String shown = "";

  /**
   * A line on {@code out}.
   *
   * @param terminal whether a line can be redrawn
   * @param columns of the terminal
   * @param charset of {@code out}; one without the signs of the bar gets plain ones
   */
  ProgressLine(PrintWriter out, boolean terminal, int columns, Charset charset) {
    this.out = out;
    this.terminal = terminal;
    this.columns = columns;
    this.plain = !charset.newEncoder().canEncode("█░✓…");
  }

  @Override
  public synchronized void say(String line) {
    clear();
    out.println(encodable(line));
    out.flush();
  }

  @Override
  public synchronized void progress(String stage, int percent, String note, Duration elapsed) {
    if (!terminal) {
      if (!shown.equals(stage)) {
        out.println(encodable("  … " + stage));
        out.flush();
        shown = stage;
      }
      return;
    }
    int filled = Math.max(0, Math.min(BAR_WIDTH, percent * BAR_WIDTH / 100));
    String bar =
        (plain ? "#" : "█").repeat(filled) + (plain ? "." : "░").repeat(BAR_WIDTH - filled);
    redraw(
        String.format(
                Locale.ROOT,
                "  %-" + NAME_WIDTH + "s %s %3d%% %7s  %s",
                stage,
                bar,
                percent,
                seconds(elapsed),
                encodable(note))
            .stripTrailing());
  }

  @Override
  public synchronized void done(String stage, Duration elapsed, String note) {
    clear();
    out.println(
        encodable(
            String.format(
                    Locale.ROOT, "  ✓ %-" + NAME_WIDTH + "s %8s  %s", stage, seconds(elapsed), note)
                .stripTrailing()));
    out.flush();
  }

  @Override
  public int width() {
    return terminal ? columns : Integer.MAX_VALUE;
  }

  private String encodable(String text) {
    return plain ? text.replace('✓', '+').replace("…", "...") : text;
  }

  /** A line as wide as the terminal would wrap, and could not be drawn over. */
  private void redraw(String line) {
    String fits = line.length() < columns ? line : line.substring(0, Math.max(0, columns - 1));
    out.print('\r' + fits + " ".repeat(Math.max(0, shown.length() - fits.length())));
    out.flush();
    shown = fits;
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
