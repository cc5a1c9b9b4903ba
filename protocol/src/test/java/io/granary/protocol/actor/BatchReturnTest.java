package io.granary.protocol.actor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granary.protocol.Bytes;
import io.granary.protocol.cbor.CborException;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class BatchReturnTest {
  @Test
  void givesEachEntrysCode() {
    BatchReturn batch = BatchReturn.fromCbor(Bytes.fromHex("820283820107820214820410"));
    assertThat(batch.size()).isEqualTo(5);
    assertThat(LongStream.range(0, 5).map(batch::exitCodeOf).toArray())
        .containsExactly(
            ExitCode.OK,
            ExitCode.SYS_OUT_OF_GAS,
            ExitCode.ILLEGAL_STATE,
            ExitCode.OK,
            ExitCode.ILLEGAL_ARGUMENT);
    assertThatThrownBy(() -> batch.exitCodeOf(5)).hasMessageContaining("no entry 5 of 5");
  }

  @Test
  void isRefused_whenIndexesDoNotAscendOrFit() {
    assertThatThrownBy(() -> BatchReturn.fromCbor(Bytes.fromHex("820282820207820114")))
        .isInstanceOf(CborException.class)
        .hasMessageContaining("indexes must ascend, got 1 after 2");
    assertThatThrownBy(() -> BatchReturn.fromCbor(Bytes.fromHex("820181820210")))
        .isInstanceOf(CborException.class)
        .hasMessageContaining("index 2 in a batch of 1 successes and 1 failures");
  }
}
