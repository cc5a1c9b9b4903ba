package io.granary.prover.child;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class OutputTailTest {
  private static OutputTail tail(int capacity, String... writes) {
    OutputTail tail = new OutputTail(capacity);
    for (String write : writes) {
      byte[] bytes = write.getBytes(StandardCharsets.UTF_8);
      tail.append(bytes, bytes.length);
    }
    return tail;
  }

  @Test
  void keepsEverything_whenItFits() {
    assertThat(tail(64, "one\n", "two\n").text()).isEqualTo("one\ntwo");
  }

  @Test
  void keepsTheLastWholeLines_whenMoreCame() {
    assertThat(tail(12, "first line\n", "two\nthree\n").text()).isEqualTo("… two\nthree");
  }
}
