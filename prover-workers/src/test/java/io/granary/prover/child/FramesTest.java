package io.granary.prover.child;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class FramesTest {
  @Test
  void writesBigEndianLengthThenContent_whenGivenTwoBytes() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Frames.write(out, new byte[] {7, 8});
    assertThat(out.toByteArray()).containsExactly(0, 0, 0, 2, 7, 8);
  }

  @Test
  void takesTheLargestContent_butNotOneByteMore() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Frames.write(out, new byte[Frames.MAX_CONTENT_BYTES]);
    assertThat(Frames.read(new ByteArrayInputStream(out.toByteArray()))).isPresent();
    assertThatThrownBy(() -> Frames.write(out, new byte[Frames.MAX_CONTENT_BYTES + 1]))
        .isInstanceOf(FrameException.class);
    assertThatThrownBy(() -> Frames.write(out, new byte[0])).isInstanceOf(FrameException.class);
  }

  @Test
  void strayTextIsNoFrame_whenAPrintGetsIntoTheStream() {
    byte[] stray = "thread 'main' panicked".getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> Frames.read(new ByteArrayInputStream(stray)))
        .isInstanceOf(FrameException.class);
  }
}
