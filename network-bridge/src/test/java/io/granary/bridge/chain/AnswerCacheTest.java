package io.granary.bridge.chain;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.address.Address;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.json.ChainJson;
import io.granary.protocol.json.ChainMethods;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class AnswerCacheTest {
  private static final ChainMethods METHODS = new ChainMethods(new ChainJson('t'));

  private final AnswerCache cache = new AnswerCache(2);
  private final List<CompletableFuture<BitField>> asked = new ArrayList<>();

  @Test
  void asksOnce_whenTheSameIsAskedOfANamedTipSet() {
    CompletionStage<BitField> first = faults(1, key(1));
    CompletionStage<BitField> during = faults(1, key(1));
    asked.get(0).complete(BitField.of(3));
    CompletionStage<BitField> after = faults(1, key(1));

    assertThat(asked).hasSize(1);
    assertThat(List.of(first, during, after))
        .allSatisfy(
            answer ->
                assertThat(answer.toCompletableFuture()).isCompletedWithValue(BitField.of(3)));
  }

  @Test
  void asksAgain_whenMinerOrTipSetDiffer() {
    faults(1, key(1));
    faults(2, key(1));
    faults(1, key(2));
    assertThat(asked).hasSize(3);
  }

  @Test
  void asksAgain_whenTheHeadOfTheMomentIsMeant() {
    faults(1, TipSetKey.HEAD);
    faults(1, TipSetKey.HEAD);
    assertThat(asked).hasSize(2);
  }

  @Test
  void asksAgain_afterAFailure() {
    CompletionStage<BitField> first = faults(1, key(1));
    asked.get(0).completeExceptionally(new IllegalStateException("no answer"));
    assertThat(first.toCompletableFuture()).isCompletedExceptionally();
    faults(1, key(1));
    assertThat(asked).hasSize(2);
  }

  @Test
  void forgetsTheLongestUnused_whenFull() {
    faults(1, key(1));
    faults(2, key(1));
    faults(1, key(1));
    faults(3, key(1));
    assertThat(asked).hasSize(3);
    faults(1, key(1));
    assertThat(asked).hasSize(3);
    faults(2, key(1));
    assertThat(asked).hasSize(4);
  }

  @Test
  void asksAgain_whenTheMessagePoolPlaysIn() {
    ArrayNode params = METHODS.mpoolPending.writeParameters(key(1));
    List<String> asks = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      cache.get(
          METHODS.mpoolPending,
          params,
          () -> {
            asks.add("asked");
            return CompletableFuture.completedStage(List.of());
          });
    }
    assertThat(asks).hasSize(2);
  }

  @Test
  void keepsItsAnswer_whenACallerCompletesTheirs() {
    CompletableFuture<BitField> mine = faults(1, key(1)).toCompletableFuture();
    mine.complete(BitField.of(666));
    asked.get(0).complete(BitField.of(1));
    assertThat(faults(1, key(1)).toCompletableFuture()).isCompletedWithValue(BitField.of(1));
  }

  private CompletionStage<BitField> faults(long miner, TipSetKey key) {
    return cache.get(
        METHODS.minerFaults,
        METHODS.minerFaults.writeParameters(Address.ofId(new ActorId(miner)), key),
        () -> {
          CompletableFuture<BitField> answer = new CompletableFuture<>();
          asked.add(answer);
          return answer;
        });
  }

  private static TipSetKey key(int number) {
    return new TipSetKey(List.of(Cid.dagCborBlake2b(Bytes.of(new byte[] {(byte) number}))));
  }
}
