package io.granary.ops.demo;

import java.time.Duration;

/** Who is told how far the demo is. */
public interface Narrator {
  /** A line of its own. */
  void say(String line);

  /** A stage goes on; {@code percent} is 0 to 100. */
  void progress(String stage, int percent, String note, Duration elapsed);

  /** A stage is done. */
  void done(String stage, Duration elapsed, String note);

  /** How many characters of a line are seen. */
  int width();
}
