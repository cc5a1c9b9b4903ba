package io.granary.ops.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Keeps what the demo says. */
final class Said implements Narrator {
  final List<String> lines = new ArrayList<>();

  /** Of each stage that is done. */
  final List<Duration> took = new ArrayList<>();

  @Override
  public synchronized void say(String line) {
    lines.add(line);
  }

  @Override
  public synchronized void progress(String stage, int percent, String note, Duration elapsed) {
    lines.add("… " + stage);
  }

  @Override
  public synchronized void done(String stage, Duration elapsed, String note) {
    lines.add("✓ " + stage);
    took.add(elapsed);
  }

  @Override
  public int width() {
    return Integer.MAX_VALUE;
  }
}
