package io.granary.devnet.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granary.devnet.ChainDriver;
import io.granary.devnet.FakeVerifier;
import io.granary.devnet.actor.VerifierUnavailableException;
import io.granary.protocol.Bytes;
import io.granary.protocol.SectorId;
import io.granary.protocol.port.ProofVerifier;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ProofLedgerTest {
  private final FakeVerifier verifier = new FakeVerifier();
  private final List<Boolean> verdicts = new ArrayList<>();
  private final ProofLedger ledger =
      new ProofLedger(
          verifier, Duration.ofMillis(200), (question, verdict) -> verdicts.add(verdict));

  private static boolean ask(ProofLedger ledger, Bytes proof) {
    return ledger.sealHolds(
        SectorId.of(1001, 1),
        ChainDriver.SEAL,
        Bytes.fromHex("01"),
        Bytes.fromHex("02"),
        ChainDriver.commitment("r"),
        ChainDriver.commitment("d"),
        proof);
  }

  @Test
  void asksOnce_whenTheSameQuestionComesAgain() {
    assertThat(ask(ledger, FakeVerifier.good(192))).isTrue();
    assertThat(ask(ledger, FakeVerifier.good(192))).isTrue();
    assertThat(ask(ledger, FakeVerifier.bad(192))).isFalse();

    assertThat(verifier.seals).hasSize(2);
    assertThat(verdicts).containsExactly(true, false);
    assertThat(ledger.verifiedCount()).isEqualTo(1);
    assertThat(ledger.refusedCount()).isEqualTo(1);
  }

  @Test
  void asksAgain_whenTheVerifierFailedBefore() {
    verifier.dead = true;
    assertThatThrownBy(() -> ask(ledger, FakeVerifier.good(192)))
        .isInstanceOf(VerifierUnavailableException.class);
    verifier.dead = false;

    assertThat(ask(ledger, FakeVerifier.good(192))).isTrue();
    assertThat(verdicts).containsExactly(true);
  }

  @Test
  void asksOnce_whenTwoAskAtTheSameTime() throws Exception {
    CompletableFuture<Boolean> answer = new CompletableFuture<>();
    AtomicInteger asked = new AtomicInteger();
    ProofLedger slow =
        new ProofLedger(
            answering(asked, answer), Duration.ofSeconds(10), (question, verdict) -> {});
    CompletableFuture<Boolean> first =
        CompletableFuture.supplyAsync(() -> ask(slow, FakeVerifier.good(192)));
    CompletableFuture<Boolean> second =
        CompletableFuture.supplyAsync(() -> ask(slow, FakeVerifier.good(192)));
    while (asked.get() == 0) {
      Thread.onSpinWait();
    }
    answer.complete(true);

    assertThat(first.get(10, TimeUnit.SECONDS)).isTrue();
    assertThat(second.get(10, TimeUnit.SECONDS)).isTrue();
    assertThat(asked).hasValue(1);
  }

  @Test
  void givesUp_whenNoAnswerComesInTime() {
    ProofLedger slow =
        new ProofLedger(
            answering(new AtomicInteger(), new CompletableFuture<>()),
            Duration.ofMillis(20),
            (question, verdict) -> {});

    assertThatThrownBy(() -> ask(slow, FakeVerifier.good(192)))
        .isInstanceOf(VerifierUnavailableException.class)
        .hasMessageContaining("no answer");
  }

  /** A verifier that counts its questions and gives all of them the same answer. */
  private static ProofVerifier answering(AtomicInteger asked, CompletableFuture<Boolean> answer) {
    return (ProofVerifier)
        Proxy.newProxyInstance(
            ProofLedgerTest.class.getClassLoader(),
            new Class<?>[] {ProofVerifier.class},
            (proxy, method, arguments) -> {
              asked.incrementAndGet();
              return answer;
            });
  }
}
