package io.granary.ops.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgressLineTest {
  private static final int COLUMNS = 80;

  private final StringWriter written = new StringWriter();

  private ProgressLine line(boolean terminal, Charset charset) {
    return new ProgressLine(new PrintWriter(written), terminal, COLUMNS, charset);
  }

  private static void play(ProgressLine line) {
    line.progress("PC1", 0, "", Duration.ZERO);
    line.progress("PC1", 50, "", Duration.ofMillis(1_500));
    line.done("PC1", Duration.ofSeconds(3), "at epoch 7");
    line.progress("PC2", 10, "a note that is far too long for what is left of it", Duration.ZERO);
    line.say("end");
  }

  @Test
  void saysEachStageOnce_whenPiped() {
    play(line(false, StandardCharsets.UTF_8));
    assertThat(written.toString().lines())
        .containsExactly(
            "  … PC1",
            "  ✓ PC1                                   3.0 s  at epoch 7",
            "  … PC2",
            "end");
  }

  @Test
  void drawsOverTheLineInPlace_whenOnATerminal() {
    play(line(true, StandardCharsets.UTF_8));
    List<String> drawn = List.of(written.toString().split("[\r\n]", -1));
    assertThat(drawn)
        .contains("  PC1                                ████████░░░░░░░░  50%   1.5 s")
        .allSatisfy(text -> assertThat(text).hasSizeLessThan(COLUMNS));
    assertThat(written.toString()).endsWith("\r" + " ".repeat(COLUMNS - 1) + "\rend\n");
  }

  @Test
  void staysWithAscii_whenTheCharsetHasNoMore() {
    play(line(true, StandardCharsets.US_ASCII));
    assertThat(written.toString()).contains("########........  50%").matches("\\p{ASCII}*");
  }
}
