package io.granary.devnet.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granary.devnet.ChainDriver;
import io.granary.devnet.Policies;
import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.chain.SignedMessage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a chain finds again when it is opened on the log of one that stopped or was killed. */
class ChainLogTest {
  @TempDir Path directory;
  private ChainDriver driver;

  @BeforeEach
  void start() {
    driver = new ChainDriver(directory, Policies.demo());
  }

  @AfterEach
  void stop() throws IOException {
    driver.close();
  }

  @Test
  void findsItsStateAgain_whenStartedAgain() throws IOException {
    ActorId miner = driver.createMiner();
    driver.commit(miner, 1);
    driver.prove(miner, driver.locate(miner, 1).deadline(), 0);
    ExecutedTipSet head = driver.chain().head();

    driver.restart();

    assertThat(driver.chain().head()).isEqualTo(head);
    assertThat(driver.chain().head().after().root()).isEqualTo(head.after().root());
    assertThat(driver.miner(miner).power().signum()).isPositive();
  }

  @Test
  void verifiesNothingTwice_whenStartedAgain() throws IOException {
    ActorId miner = driver.createMiner();
    driver.commit(miner, 1);
    driver.prove(miner, driver.locate(miner, 1).deadline(), 0);
    driver.verifier.seals.clear();
    driver.verifier.posts.clear();
    driver.verifier.dead = true;

    driver.restart();

    assertThat(driver.miner(miner).power().signum()).isPositive();
    assertThat(driver.verifier.seals).isEmpty();
    assertThat(driver.verifier.posts).isEmpty();
  }

  @Test
  void keepsPendingMessages_whenStartedAgain() throws IOException {
    SignedMessage signed = driver.push(driver.key.address(), TokenAmount.ZERO, 0, Bytes.empty());

    driver.restart();

    assertThat(driver.chain().pending()).containsExactly(signed);
    assertThat(driver.included(signed).exitCode()).isZero();
  }

  @Test
  void losesOnlyTheLastRecord_whenItIsTornAtAnyByte() throws IOException {
    driver.stepTo(3);
    driver.close();
    byte[] whole = Files.readAllBytes(driver.logFile());
    long beforeLast = lastRecord(whole);
    for (long length = beforeLast + 1; length < whole.length; length += 13) {
      Files.write(driver.logFile(), Arrays.copyOf(whole, (int) length));

      driver = new ChainDriver(directory, Policies.demo());

      assertThat(driver.epoch()).as("cut at %d", length).isEqualTo(2);
      assertThat(Files.size(driver.logFile())).isEqualTo(beforeLast);
      driver.close();
    }
    Files.write(driver.logFile(), whole);
    driver = new ChainDriver(directory, Policies.demo());
    assertThat(driver.epoch()).isEqualTo(3);
  }

  private static long lastRecord(byte[] log) {
    ByteBuffer buffer = ByteBuffer.wrap(log);
    int at = 0;
    int last = 0;
    while (at < log.length) {
      last = at;
      at += 8 + buffer.getInt(at);
    }
    return last;
  }

  @Test
  void goesOnWriting_whenATornRecordWasCutOff() throws IOException {
    driver.stepTo(3);
    driver.close();
    try (FileChannel log = FileChannel.open(driver.logFile(), StandardOpenOption.WRITE)) {
      log.truncate(log.size() - 5);
    }
    driver = new ChainDriver(directory, Policies.demo());
    driver.stepTo(5);

    driver.restart();

    assertThat(driver.epoch()).isEqualTo(5);
  }

  @Test
  void refusesToStart_whenTheLogIsDamagedBeforeItsEnd() throws IOException {
    driver.stepTo(3);
    driver.close();
    byte[] log = Files.readAllBytes(driver.logFile());
    log[log.length / 2] ^= 1;
    Files.write(driver.logFile(), log);

    assertThatThrownBy(() -> new ChainDriver(directory, Policies.demo()))
        .isInstanceOf(DevnetException.class)
        .hasMessageContaining("damaged at byte");
  }

  @Test
  void refusesToStart_whenTheConstantsAreOthers() throws IOException {
    driver.stepTo(2);
    driver.close();

    assertThatThrownBy(() -> new ChainDriver(directory, Policies.with("deadlines = 4")))
        .isInstanceOf(DevnetException.class)
        .hasMessageContaining("made with other settings")
        .hasMessageContaining("deadlines=4");
  }

  @Test
  void refusesToStart_whenAnotherChainHasTheLog() {
    assertThatThrownBy(() -> new ChainDriver(directory, Policies.demo()))
        .isInstanceOf(DevnetException.class)
        .hasMessageContaining("another process");
  }
}
