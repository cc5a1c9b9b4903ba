package io.granary.sharding.sender;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import io.granary.protocol.Bytes;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.SignedMessage;
import io.granary.protocol.sender.MessageIntent;
import io.granary.protocol.sender.MessagePurpose;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The base fee rises a hundredfold while many messages wait, some of them in the pool with lower
 * nonces than the proofs': the proofs land before their close and before every message that was not
 * in the pool, all that is paid for them stays inside their budget, and the rest lands when the
 * base fee falls again.
 */
class BaseFeeStormTest {
  private static final long WINDOW = 60;
  private static final TokenAmount PROOF_MAX = TokenAmount.ofFil(5);

  /** The most that one of the others may cost by itself, by the defaults. */
  private static final TokenAmount OTHER_MAX = TokenAmount.ofAtto(500_000_000_000_000_000L);

  private static ActorTestKit kit;

  @BeforeAll
  static void startKit() {
    kit = ActorTestKit.create(SenderStage.CONFIG);
  }

  @AfterAll
  static void stopKit() {
    kit.shutdownTestKit();
  }

  static Stream<Long> seeds() {
    return LongStream.range(0, Long.getLong("granary.storm.seeds", 25)).boxed();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void proofsLandFirstAndInsideTheirBudget_whenTheBaseFeeRisesAHundredfold(long seed) {
    Random random = new Random(seed);
    boolean provesFrom = random.nextBoolean();
    // 1,000,000 gas a message: a hundredfold, 0.1 to 0.9 FIL each.
    long before = 1_000_000_000L * (1 + random.nextInt(9));
    storm(seed, 7, random, provesFrom, before, random.nextInt(3), 2);
  }

  /** Five messages at 0.85 FIL and one proof's 5 FIL: shared out as needed, front first. */
  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, 3, 4, 5, 6, 7})
  void oneProofLiftsAllThatBlockIt_whenItsAmountCoversThem(long seed) {
    storm(seed, 8, new Random(seed), true, 8_500_000_000L, 4, 1);
  }

  private static void storm(
      long seed, int kind, Random random, boolean provesFrom, long before, int inPool, int proofs) {
    Address address =
        Address.ofActor(Bytes.of(ByteBuffer.allocate(9).put((byte) kind).putLong(seed).array()));
    SenderStage stage = new SenderStage(kit, address);
    stage.provesFrom = provesFrom;
    stage.chain.baseFee(before);
    stage.mine(1);
    stage.chain.include(false);
    for (int i = 0; i < inPool; i++) {
      stage.submit(other(stage, seed, "pooled" + i, random));
    }
    assertThat(stage.chain.pooled()).hasSize(inPool);
    stage.chain.baseFee(100 * before);
    stage.chain.include(true);
    stage.mine(1);
    int waiting = 20 + random.nextInt(20);
    List<MessageIntent> others = new ArrayList<>();
    for (int i = 0; i < waiting; i++) {
      others.add(other(stage, seed, "waiting" + i, random));
    }
    others.forEach(stage::submit);
    long close = stage.chain.height() + WINDOW;
    for (int i = 0; i < proofs; i++) {
      stage.submit(stage.intent(id(seed, "post" + i), MessagePurpose.WINDOW_POST, close - 1));
    }
    others.subList(0, 3).forEach(stage::submit);
    long open = stage.chain.height();
    stage.mine((int) (close - open));

    List<String> landed = calls(stage);
    assertThat(landed.subList(0, Math.min(landed.size(), inPool + proofs)))
        .as("what lands while the base fee is high, seed %d", seed)
        .filteredOn(call -> call.contains("/post"))
        .hasSize(proofs);
    TokenAmount paid = TokenAmount.ZERO;
    for (SignedMessage message : stage.chain.messages().subList(0, inPool + proofs)) {
      paid = paid.plus(message.message().gasCostMax());
    }
    assertThat(paid)
        .as("proofs and those before them, seed %d", seed)
        .isLessThanOrEqualTo(PROOF_MAX.times(proofs).plus(OTHER_MAX.times(inPool)));

    stage.chain.baseFee(before / 10);
    stage.mine(30);
    assertThat(calls(stage))
        .as("all in the end, seed %d", seed)
        .hasSize(inPool + waiting + proofs)
        .doesNotHaveDuplicates();
    stage.stop();
  }

  private static MessageIntent other(SenderStage stage, long seed, String name, Random random) {
    MessagePurpose purpose =
        random.nextBoolean() ? MessagePurpose.PRE_COMMIT : MessagePurpose.COMMIT;
    return stage.intent(id(seed, name), purpose, 10_000);
  }

  private static String id(long seed, String name) {
    return "seed" + seed + "/" + name;
  }

  /** The intents on chain, in order: a test intent's parameters are its id. */
  private static List<String> calls(SenderStage stage) {
    return stage.chain.messages().stream()
        .map(
            each ->
                new String(
                    each.message().params().toArray(), java.nio.charset.StandardCharsets.UTF_8))
        .toList();
  }
}
