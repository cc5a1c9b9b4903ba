package io.granary.sharding.sender;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import io.granary.protocol.Bytes;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.SignedMessage;
import io.granary.protocol.sender.MessageIntent;
import io.granary.protocol.sender.MessagePurpose;
import io.granary.protocol.sender.SenderFixtures;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Two owners of one address live at once and neither sees what the other writes, as when a stopped
 * node wakes up on the wrong side of a split: all they share is chain, wallet and the store's rows.
 * No nonce is ever signed for two calls, no call is ever signed with two nonces, and once one of
 * them is gone every intent has landed, once.
 */
class SenderSplitTest {
  private static final int INTENTS = 6;
  private static final int ROUNDS = 12;

  /** Each nonce that neither of them used takes eight blocks to be found and filled. */
  private static final int BLOCKS_MAX = 150;

  private static ActorTestKit left;
  private static ActorTestKit right;

  @BeforeAll
  static void startKits() {
    left = ActorTestKit.create("left", SenderStage.CONFIG);
    right = ActorTestKit.create("right", SenderStage.CONFIG);
  }

  @AfterAll
  static void stopKits() {
    left.shutdownTestKit();
    right.shutdownTestKit();
  }

  static Stream<Long> seeds() {
    return LongStream.range(0, Long.getLong("granary.split.seeds", 50)).boxed();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void signsOneCallANonceAndOneNonceACall_whenTwoOwnersLive(long seed) {
    Random random = new Random(seed);
    Address address =
        Address.ofActor(Bytes.of(ByteBuffer.allocate(9).put((byte) 8).putLong(seed).array()));
    SenderStage one = new SenderStage(left, address);
    SenderStage other = new SenderStage(right, one);
    List<MessageIntent> intents = new ArrayList<>();
    for (int i = 0; i < INTENTS; i++) {
      MessagePurpose purpose =
          random.nextBoolean() ? MessagePurpose.WINDOW_POST : MessagePurpose.COMMIT;
      intents.add(one.intent("seed" + seed + "/" + i, purpose, 5_000));
    }
    for (int round = 0; round < ROUNDS; round++) {
      for (SenderStage owner : random.nextBoolean() ? List.of(one, other) : List.of(other, one)) {
        List<MessageIntent> asked = new ArrayList<>(intents);
        Collections.shuffle(asked, random);
        asked
            .subList(0, random.nextInt(INTENTS + 1))
            .forEach(intent -> owner.tell(new SenderCommand.Submit(intent, SenderFixtures.SECTOR)));
        owner.tell(owner.head());
      }
      one.settle(random.nextInt(20));
      other.settle(random.nextInt(20));
      one.chain.include(random.nextInt(3) > 0);
      if (random.nextBoolean()) {
        one.chain.mine(1);
      }
    }
    one.stop();
    one.chain.include(true);
    intents.forEach(other::submit);
    for (int i = 0; i < BLOCKS_MAX && !other.overview().open().isEmpty(); i++) {
      other.mine(1);
    }

    assertThat(other.overview().open()).as("open, seed %d", seed).isEmpty();
    check(one, seed);
    other.stop();
  }

  private static void check(SenderStage stage, long seed) {
    Map<Long, Set<Bytes>> callsOfNonce = new HashMap<>();
    Map<Bytes, Set<Long>> noncesOfCall = new HashMap<>();
    for (SignedMessage signed : stage.chain.signed()) {
      Bytes call = signed.message().params();
      long nonce = signed.message().nonce();
      callsOfNonce.computeIfAbsent(nonce, unused -> new HashSet<>()).add(call);
      if (!call.equals(Bytes.empty())) {
        noncesOfCall.computeIfAbsent(call, unused -> new HashSet<>()).add(nonce);
      }
    }
    assertThat(callsOfNonce.values())
        .as("calls of a nonce, seed %d", seed)
        .allSatisfy(calls -> assertThat(calls).hasSize(1));
    assertThat(noncesOfCall.values())
        .as("nonces of a call, seed %d", seed)
        .allSatisfy(nonces -> assertThat(nonces).hasSize(1));
    List<Bytes> landed =
        stage.chain.messages().stream()
            .map(each -> each.message().params())
            .filter(params -> !params.equals(Bytes.empty()))
            .toList();
    assertThat(landed).as("landed, seed %d", seed).hasSize(INTENTS).doesNotHaveDuplicates();
  }
}
