package io.granary.persistence.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granary.protocol.Bytes;
import io.granary.protocol.port.PieceIndex;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class BlockListPropertyTest {
  @Property(tries = 200)
  void readsBackWhatWasWritten_whenBlocksAreAny(@ForAll("blocks") List<PieceIndex.Block> blocks) {
    assertThat(BlockList.decode(BlockList.encode(blocks))).isEqualTo(blocks);
  }

  @Example
  void refuses_whenCutShort() {
    Bytes whole =
        BlockList.encode(List.of(new PieceIndex.Block(Bytes.fromHex("1203aabbcc"), 70_000, 9)));
    for (int length = 1; length < whole.length(); length++) {
      Bytes cut = whole.slice(0, length);
      assertThatThrownBy(() -> BlockList.decode(cut)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Provide
  Arbitrary<List<PieceIndex.Block>> blocks() {
    return Combinators.combine(
            Arbitraries.bytes().array(byte[].class).ofMinSize(1).ofMaxSize(130).map(Bytes::of),
            Arbitraries.longs().between(0, 1L << 41),
            Arbitraries.integers().between(0, 32 << 20))
        .as(PieceIndex.Block::new)
        .list()
        .ofMaxSize(20);
  }
}
