package io.granary.devnet;

import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.RegisteredPoStProof;
import io.granary.protocol.RegisteredSealProof;
import io.granary.protocol.SectorId;
import io.granary.protocol.job.ReplicaRef;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.port.ProofVerifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A verifier for tests: a proof is good when its first byte is {@link #GOOD}. It keeps every
 * question, so that a test can say what the chain asked.
 */
public final class FakeVerifier implements ProofVerifier {
  /** The first byte of a good proof. */
  public static final byte GOOD = 0x11;

  /** What was asked about a seal. */
  public record SealQuestion(
      SectorId sector,
      RegisteredSealProof type,
      Bytes ticket,
      Bytes seed,
      Commitment commR,
      Commitment commD) {}

  /** What was asked about a window PoSt. */
  public record PoStQuestion(
      ActorId miner, RegisteredPoStProof type, Bytes randomness, List<ReplicaRef> sectors) {}

  public final List<SealQuestion> seals = new ArrayList<>();
  public final List<PoStQuestion> posts = new ArrayList<>();
  public final List<PoStQuestion> winning = new ArrayList<>();

  /** While true, every question fails as if the verifier's process had died. */
  public volatile boolean dead;

  /** A proof of {@code bytes} bytes that this verifier takes. */
  public static Bytes good(int bytes) {
    byte[] proof = new byte[bytes];
    Arrays.fill(proof, GOOD);
    return Bytes.of(proof);
  }

  /** A proof of {@code bytes} bytes that this verifier refuses. */
  public static Bytes bad(int bytes) {
    return Bytes.of(new byte[bytes]);
  }

  @Override
  public synchronized CompletionStage<Boolean> verifySeal(
      SectorId sector,
      RegisteredSealProof proofType,
      Bytes ticket,
      Bytes seed,
      Commitment commR,
      Commitment commD,
      Bytes proof) {
    seals.add(new SealQuestion(sector, proofType, ticket, seed, commR, commD));
    return verdict(proof);
  }

  @Override
  public synchronized CompletionStage<Boolean> verifyWindowPoSt(
      ActorId prover,
      RegisteredPoStProof proofType,
      Bytes randomness,
      List<ReplicaRef> sectors,
      Bytes proofs) {
    posts.add(new PoStQuestion(prover, proofType, randomness, List.copyOf(sectors)));
    return verdict(proofs);
  }

  @Override
  public synchronized CompletionStage<Boolean> verifyWinningPoSt(
      ActorId prover,
      RegisteredPoStProof proofType,
      Bytes randomness,
      List<ReplicaRef> sectors,
      Bytes proof) {
    winning.add(new PoStQuestion(prover, proofType, randomness, List.copyOf(sectors)));
    return verdict(proof);
  }

  private CompletionStage<Boolean> verdict(Bytes proof) {
    return dead
        ? CompletableFuture.failedFuture(new IllegalStateException("verifier died"))
        : CompletableFuture.completedFuture(!proof.isEmpty() && proof.at(0) == GOOD);
  }
}
