package io.granary.devnet.chain;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.devnet.ChainDriver;
import io.granary.devnet.Policies;
import io.granary.devnet.actor.GasSchedule;
import io.granary.protocol.Bytes;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.chain.Message;
import io.granary.protocol.chain.SignedMessage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BaseFeesTest {
  @TempDir Path directory;
  private ChainDriver driver;
  private Chain chain;

  @BeforeEach
  void start() throws IOException {
    driver = new ChainDriver(directory, Policies.demo());
    driver.movingBaseFee = true;
    driver.restart();
    chain = driver.chain();
  }

  @AfterEach
  void stop() throws IOException {
    driver.close();
  }

  /** Values of lotus chain/store/basefee_test.go, after the Smoke upgrade. */
  @ParameterizedTest
  @CsvSource({
    "100000000, 0, 1, 87500000",
    "100000000, 0, 5, 87500000",
    "100000000, 5000000000, 1, 100000000",
    "100000000, 10000000000, 2, 100000000",
    "100000000, 20000000000, 2, 112500000",
    "100000000, 15000000000, 2, 106250000",
    "100, 0, 1, 100"
  })
  void movesByUpToAnEighth_whenTheGasIsOffTheTarget(long fee, long gas, int blocks, long next) {
    assertThat(BaseFees.next(TokenAmount.ofAtto(fee), gas, blocks))
        .isEqualTo(TokenAmount.ofAtto(next));
  }

  private SignedMessage message(long nonce, long feeCap, long premium, long gasLimit) {
    Message message =
        new Message(
            driver.key.address(),
            driver.key.address(),
            nonce,
            TokenAmount.ZERO,
            gasLimit,
            TokenAmount.ofAtto(feeCap),
            TokenAmount.ofAtto(premium),
            0,
            Bytes.empty());
    return new SignedMessage(message, driver.key.sign(message.signingBytes()));
  }

  @Test
  void rises_whenBlocksAreFull() {
    chain.push(message(0, 1000, 1, GasSchedule.BLOCK_GAS_LIMIT));
    chain.step(0);
    chain.step(0);

    assertThat(chain.head().header().parentBaseFee()).isEqualTo(TokenAmount.ofAtto(112));
    chain.step(0);
    assertThat(chain.head().header().parentBaseFee()).isEqualTo(TokenAmount.ofAtto(100));
  }

  @Test
  void waits_whenTheFeeCapIsBelowAForcedBaseFee() {
    chain.forceBaseFee(Optional.of(TokenAmount.ofAtto(10_000)));
    SignedMessage poor = message(0, 9_999, 1, 2_000_000);
    chain.push(poor);
    assertThat(chain.step(0).messages()).isEmpty();
    assertThat(chain.pending()).containsExactly(poor);

    SignedMessage richer = message(0, 20_000, 1000, 2_000_000);
    chain.push(richer);

    assertThat(chain.step(0).messages()).containsExactly(richer);
    assertThat(chain.head().header().parentBaseFee()).isEqualTo(TokenAmount.ofAtto(10_000));
  }

  @Test
  void decays_whenItIsNoLongerForced() {
    chain.forceBaseFee(Optional.of(TokenAmount.ofAtto(8_000)));
    chain.step(0);
    chain.forceBaseFee(Optional.empty());
    chain.step(0);

    assertThat(chain.head().header().parentBaseFee()).isEqualTo(TokenAmount.ofAtto(7_000));
  }

  @Test
  void estimatesFeeCapsFromIt_whenForced() {
    Simulator simulator = new Simulator(chain);
    TokenAmount before = simulator.feeCap(TokenAmount.ZERO, 0);
    chain.forceBaseFee(Optional.of(TokenAmount.ofAtto(10_000)));

    assertThat(simulator.feeCap(TokenAmount.ZERO, 0)).isEqualTo(before.times(100));
  }

  @Test
  void estimatesPremiumsFromTheLastBlocks_whenTheyAreFull() {
    assertThat(PremiumEstimate.within(10, chain.head())).isEqualTo(PremiumEstimate.LEAST);
    for (int i = 0; i < 4; i++) {
      chain.push(message(i, 400_000, 300_000, 9_000_000_000L));
      chain.step(0);
    }

    assertThat(PremiumEstimate.within(2, chain.head())).isEqualTo(TokenAmount.ofAtto(300_000));
  }

  @Test
  void keepsTheFeesOfItsBlocks_whenStartedAgain() throws IOException {
    chain.forceBaseFee(Optional.of(TokenAmount.ofAtto(10_000)));
    chain.push(message(0, 20_000, 1000, 2_000_000));
    ExecutedTipSet head = chain.step(0);

    driver.restart();

    assertThat(driver.chain().head().after().root()).isEqualTo(head.after().root());
  }
}
