package io.granary.prover.child;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class FramesPropertyTest {
  @Property
  void framesComeBackInOrder_whenWrittenOneAfterAnother(
      @ForAll @Size(max = 8) List<@Size(min = 1, max = 300) byte[]> contents) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] content : contents) {
      Frames.write(out, content);
    }
    InputStream in = new ByteArrayInputStream(out.toByteArray());
    for (byte[] content : contents) {
      assertThat(Frames.read(in)).hasValueSatisfying(read -> assertThat(read).isEqualTo(content));
    }
    assertThat(Frames.read(in)).isEmpty();
  }

  @Property
  void readingSaysWhereItEnded_whenTheStreamIsCutInsideAFrame(
      @ForAll @Size(min = 1, max = 300) byte[] content,
      @ForAll @IntRange(min = 1, max = 400) int cut)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Frames.write(out, content);
    Assume.that(cut < out.size());
    InputStream in = new ByteArrayInputStream(out.toByteArray(), 0, cut);
    assertThatThrownBy(() -> Frames.read(in)).isInstanceOf(EOFException.class);
  }

  @Property
  void refusesTheLength_whenItIsZeroOrAboveTheLimit(@ForAll int length) {
    long unsigned = Integer.toUnsignedLong(length);
    Assume.that(unsigned == 0 || unsigned > Frames.MAX_CONTENT_BYTES);
    byte[] prefix = ByteBuffer.allocate(4).putInt(length).array();
    assertThatThrownBy(() -> Frames.read(new ByteArrayInputStream(prefix)))
        .isInstanceOf(FrameException.class)
        .hasMessageContaining(Long.toString(unsigned));
  }
}
