package io.granary.devnet.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granary.devnet.ChainDriver;
import io.granary.devnet.Policies;
import io.granary.protocol.Bytes;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.chain.HeadChange;
import io.granary.protocol.chain.RandomnessTag;
import io.granary.protocol.chain.SignedMessage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReorgTest {
  @TempDir Path directory;
  private ChainDriver driver;
  private Chain chain;

  @BeforeEach
  void start() {
    driver = new ChainDriver(directory, Policies.demo());
    driver.stepTo(10);
    chain = driver.chain();
  }

  @AfterEach
  void stop() throws IOException {
    driver.close();
  }

  private SignedMessage send() {
    return driver.push(driver.key.address(), TokenAmount.ZERO, 0, Bytes.empty());
  }

  @Test
  void replacesTheNewestTipsets_whenReorganised() {
    ExecutedTipSet oldHead = chain.head();
    ExecutedTipSet kept = oldHead.atOrBelow(7);

    chain.reorg(3, false);

    assertThat(chain.head().height()).isEqualTo(11);
    assertThat(chain.head().descendsFrom(kept)).isTrue();
    assertThat(chain.head().descendsFrom(oldHead)).isFalse();
    assertThat(chain.head().atOrBelow(8)).isEqualTo(kept);
  }

  @Test
  void changesTicketsAndKeepsTheBeacon_whenReorganised() {
    ForkRandomness before = new ForkRandomness(chain.head(), chain.beacon());
    chain.reorg(3, false);
    ForkRandomness after = new ForkRandomness(chain.head(), chain.beacon());

    RandomnessTag tag = RandomnessTag.SEAL_RANDOMNESS;
    assertThat(after.fromTickets(tag, 9, Bytes.empty()))
        .isNotEqualTo(before.fromTickets(tag, 9, Bytes.empty()));
    assertThat(after.fromTickets(tag, 7, Bytes.empty()))
        .isEqualTo(before.fromTickets(tag, 7, Bytes.empty()));
    assertThat(after.fromBeacon(tag, 9, Bytes.empty()))
        .isEqualTo(before.fromBeacon(tag, 9, Bytes.empty()));
  }

  @Test
  void includesTheMessagesAgain_whenTheyGoBackToThePool() {
    SignedMessage signed = send();
    driver.included(signed);
    chain.step(0);

    chain.reorg(2, false);

    assertThat(chain.head().atOrBelow(12).messages()).containsExactly(signed);
    assertThat(chain.lookup(chain.head(), signed, -1, true)).isPresent();
  }

  @Test
  void forgetsTheMessages_whenTheyAreDropped() throws IOException {
    SignedMessage signed = send();
    driver.included(signed);
    chain.step(0);

    chain.reorg(2, true);
    chain.step(0);

    assertThat(chain.lookup(chain.head(), signed, -1, true)).isEmpty();
    assertThat(chain.pending()).isEmpty();
    assertThat(chain.nextNonce(driver.key.address())).isZero();
    driver.restart();
    assertThat(driver.chain().pending()).isEmpty();
  }

  @Test
  void stillAnswersForTheOldBranch_whenReorganised() {
    SignedMessage signed = send();
    driver.included(signed);
    ExecutedTipSet oldHead = chain.step(0);

    chain.reorg(2, true);

    ExecutedTipSet found = chain.find(oldHead.key()).orElseThrow();
    assertThat(found.before().actor(driver.key.address()).orElseThrow().nonce()).isEqualTo(1);
    assertThat(chain.lookup(found, signed, -1, true)).isPresent();
  }

  @Test
  void tellsRevertsNewestFirstThenApplies_whenReorganised() {
    List<HeadChange> changes = new ArrayList<>();
    chain.subscribe(changes::add);
    ExecutedTipSet oldHead = chain.head();

    chain.reorg(2, false);

    assertThat(changes).hasSize(1);
    HeadChange change = changes.get(0);
    assertThat(change.reverted())
        .extracting(tipSet -> tipSet.height().value())
        .containsExactly(10L, 9L);
    assertThat(change.reverted().get(0)).isEqualTo(oldHead.tipSet());
    assertThat(change.applied())
        .extracting(tipSet -> tipSet.height().value())
        .containsExactly(10L, 11L);
    assertThat(change.head()).isEqualTo(chain.head().tipSet());
  }

  @Test
  void refuses_whenTheDepthReachesBelowGenesis() {
    assertThatThrownBy(() -> chain.reorg(11, false)).isInstanceOf(DevnetException.class);
    assertThatThrownBy(() -> chain.reorg(0, false)).isInstanceOf(DevnetException.class);
    assertThat(chain.head().height()).isEqualTo(10);
  }

  @Test
  void goesOnOnTheNewBranch_whenStartedAgain() throws IOException {
    chain.reorg(3, false);
    ExecutedTipSet head = chain.head();

    driver.restart();

    assertThat(driver.chain().head()).isEqualTo(head);
    assertThat(driver.chain().head().after().root()).isEqualTo(head.after().root());
  }
}
