package io.granary.devnet.chain;

import io.granary.devnet.actor.ProofJudge;
import io.granary.devnet.actor.VerifierUnavailableException;
import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.RegisteredPoStProof;
import io.granary.protocol.RegisteredSealProof;
import io.granary.protocol.SectorId;
import io.granary.protocol.cbor.CborWriter;
import io.granary.protocol.hash.Blake2b;
import io.granary.protocol.job.ReplicaRef;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.port.ProofVerifier;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * Judges proofs by the verifier and remembers every verdict under the hash of the whole question,
 * so that simulation, block production and replay of the log agree and ask once.
 */
public final class ProofLedger implements ProofJudge {
  private final ProofVerifier verifier;
  private final Duration timeout;
  private final BiConsumer<Bytes, Boolean> onVerdict;
  private final Map<Bytes, Boolean> verdicts = new ConcurrentHashMap<>();
  private final Map<Bytes, CompletableFuture<Boolean>> asking = new ConcurrentHashMap<>();
  private final LongAdder verified = new LongAdder();
  private final LongAdder refused = new LongAdder();

  /**
   * @param timeout how long one verification may take
   * @param onVerdict told of every new verdict before it is used
   */
  public ProofLedger(
      ProofVerifier verifier, Duration timeout, BiConsumer<Bytes, Boolean> onVerdict) {
    this.verifier = verifier;
    this.timeout = timeout;
    this.onVerdict = onVerdict;
  }

  /** Takes a verdict from the log. */
  void remember(Bytes question, boolean verdict) {
    verdicts.put(question, verdict);
  }

  /** How many proofs the verifier found good since the start. */
  public long verifiedCount() {
    return verified.sum();
  }

  /** How many proofs the verifier found bad since the start. */
  public long refusedCount() {
    return refused.sum();
  }

  @Override
  public boolean sealHolds(
      SectorId sector,
      RegisteredSealProof type,
      Bytes ticket,
      Bytes seed,
      Commitment commR,
      Commitment commD,
      Bytes proof) {
    CborWriter question = new CborWriter().array(9).text("seal");
    question.uint64(sector.miner().value()).uint64(sector.number().value());
    question.uint64(type.number()).bytes(ticket).bytes(seed);
    question.bytes(commR.bytes()).bytes(commD.bytes()).bytes(proof);
    return judge(
        question, () -> verifier.verifySeal(sector, type, ticket, seed, commR, commD, proof));
  }

  @Override
  public boolean windowPoStHolds(
      ActorId miner,
      RegisteredPoStProof type,
      Bytes randomness,
      List<ReplicaRef> sectors,
      Bytes proof) {
    return judge(
        question("window", miner, type, randomness, sectors, proof),
        () -> verifier.verifyWindowPoSt(miner, type, randomness, sectors, proof));
  }

  @Override
  public boolean winningPoStHolds(
      ActorId miner,
      RegisteredPoStProof type,
      Bytes randomness,
      List<ReplicaRef> sectors,
      Bytes proof) {
    return judge(
        question("winning", miner, type, randomness, sectors, proof),
        () -> verifier.verifyWinningPoSt(miner, type, randomness, sectors, proof));
  }

  private static CborWriter question(
      String kind,
      ActorId miner,
      RegisteredPoStProof type,
      Bytes randomness,
      List<ReplicaRef> sectors,
      Bytes proof) {
    CborWriter question = new CborWriter().array(6).text(kind);
    question.uint64(miner.value()).uint64(type.number()).bytes(randomness);
    question.list(
        sectors,
        (w, replica) ->
            w.array(3)
                .uint64(replica.number().value())
                .uint64(replica.sealProof().number())
                .bytes(replica.sealed().bytes()));
    return question.bytes(proof);
  }

  private boolean judge(CborWriter question, Supplier<CompletionStage<Boolean>> ask) {
    Bytes key = Blake2b.hash256(question.toBytes());
    Boolean known = verdicts.get(key);
    if (known != null) {
      return known;
    }
    CompletableFuture<Boolean> mine = new CompletableFuture<>();
    CompletableFuture<Boolean> others = asking.putIfAbsent(key, mine);
    if (others != null) {
      return await(others);
    }
    try {
      boolean verdict = await(ask.get());
      if (verdicts.putIfAbsent(key, verdict) == null) {
        onVerdict.accept(key, verdict);
        (verdict ? verified : refused).increment();
      }
      mine.complete(verdict);
      return verdict;
    } catch (RuntimeException e) {
      mine.completeExceptionally(e);
      throw e;
    } finally {
      asking.remove(key, mine);
    }
  }

  private boolean await(CompletionStage<Boolean> answer) {
    try {
      return answer.toCompletableFuture().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new VerifierUnavailableException("interrupted while a proof was verified", e);
    } catch (ExecutionException e) {
      throw new VerifierUnavailableException("the proof verifier failed", e);
    } catch (TimeoutException e) {
      throw new VerifierUnavailableException(
          "the proof verifier gave no answer within " + timeout.toMillis() + " ms", e);
    }
  }
}
