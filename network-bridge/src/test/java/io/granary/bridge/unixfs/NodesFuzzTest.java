package io.granary.bridge.unixfs;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.granary.protocol.Bytes;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.fuzz.Parsing;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Single blocks of DAGs. */
class NodesFuzzTest {
  @FuzzTest
  void comesOutAsItWentIn_whenAccepted(byte[] input) {
    Bytes block = Bytes.of(input);
    Parsing.of(input, () -> PbNode.decode(block), UnixFsException.class)
        .ifPresent(
            node -> {
              PbNode again = PbNode.decode(node.encode());
              assertThat(again.links()).isEqualTo(node.links());
              assertThat(again.data()).isEqualTo(node.data());
              node.data().ifPresent(NodesFuzzTest::unixFs);
            });
    unixFs(block);
    Optional<DagCbor> cbor = Parsing.of(input, () -> DagCbor.of(block), UnixFsException.class);
    cbor.ifPresent(value -> cbor(value, input));
  }

  private static void unixFs(Bytes message) {
    Parsing.of(message.toArray(), () -> UnixFsData.decode(message), UnixFsException.class)
        .ifPresent(
            data -> {
              UnixFsData once = UnixFsData.decode(data.encode());
              assertThat(UnixFsData.decode(once.encode())).isEqualTo(once);
              assertThat(once.type()).isEqualTo(data.type());
              assertThat(once.blockBytes()).isEqualTo(data.blockBytes());
            });
  }

  private static void cbor(DagCbor value, byte[] input) {
    List<Cid> links = Parsing.of(input, () -> value.links(0), UnixFsException.class).orElseThrow();
    assertThat(links.size()).isLessThanOrEqualTo(input.length);
    for (String name : List.of("", "a", "0", "7", "999999999")) {
      OptionalInt child =
          Parsing.of(input, () -> value.child(0, name), UnixFsException.class)
              .orElse(OptionalInt.empty());
      if (child.isPresent()) {
        assertThat(child.getAsInt()).isBetween(1, input.length - 1);
        assertThat(Parsing.of(input, () -> value.links(child.getAsInt()), UnixFsException.class))
            .isPresent();
      }
    }
  }
}
