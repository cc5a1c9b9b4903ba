package io.granary.protocol.sector;

import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.chain.NetworkPolicy;
import io.granary.protocol.job.JobSpec;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The job a state wants, derived from the state alone, so that asking again asks for the same. */
public final class SectorJobs {
  private SectorJobs() {}

  /**
   * The job of {@code state}.
   *
   * @throws IllegalStateException when it has none: a filled sector, or one without a ticket
   */
  public static JobSpec spec(SectorState.AtWork state) {
    SectorCore core = state.core();
    if (state instanceof Filling filling) {
      SectorOrder.PieceSource next = filling.nextImport();
      return new JobSpec.AddPiece(
          core.sector(),
          core.sealProof(),
          core.pieceInfos(),
          next.source(),
          next.payloadBytes(),
          next.paddedBytes());
    }
    if (state instanceof PreCommit1 pc1) {
      Ticket ticket =
          pc1.ticket()
              .orElseThrow(() -> new IllegalStateException(core.sector() + ": no ticket yet"));
      return new JobSpec.PreCommit1(
          core.sector(), core.sealProof(), ticket.value(), core.pieceInfos());
    }
    if (state instanceof PreCommit2 pc2) {
      return new JobSpec.PreCommit2(
          core.sector(), core.sealProof(), pc2.ticket().value(), core.pieceInfos());
    }
    if (state instanceof Commit1 c1) {
      return new JobSpec.Commit1(
          core.sector(),
          core.sealProof(),
          c1.replica().ticket().value(),
          c1.seed().value(),
          c1.replica().commR(),
          c1.replica().commD(),
          core.pieceInfos());
    }
    if (state instanceof Commit2 c2) {
      return new JobSpec.Commit2(
          core.sector(),
          core.sealProof(),
          c2.replica().ticket().value(),
          c2.seed().value(),
          c2.replica().commR(),
          c2.replica().commD(),
          c2.commit1());
    }
    if (state instanceof Finalizing) {
      return new JobSpec.Finalize(core.sector(), core.sealProof());
    }
    if (state instanceof DroppingUnsealed dropping) {
      return new JobSpec.DropUnsealed(
          core.sector(),
          core.sealProof(),
          dropping.replica().commR(),
          fieldElement(core.sector() + " before its unsealed copy goes"));
    }
    if (state instanceof Removing) {
      return new JobSpec.RemoveFiles(core.sector(), core.sealProof());
    }
    throw new IllegalStateException("no job is known for state " + state.name());
  }

  /**
   * The reading of a faulty sector's files. It repeats the challenge that failed where that is
   * known, and otherwise asks one that is fixed for this fault.
   */
  public static JobSpec.CheckReplica check(Faulty state) {
    SectorCore core = state.core();
    Bytes randomness =
        state
            .fault()
            .challenge()
            .orElseGet(() -> fieldElement(core.sector() + " fault " + state.fault().since()));
    return new JobSpec.CheckReplica(
        core.sector(), core.sealProof(), state.replica().commR(), randomness);
  }

  /**
   * After this epoch the outcome of the state's job is worth nothing: the chain does not take it
   * any more, or the first deal of the sector has started without it. A start that is past hurries
   * nobody.
   */
  static Epoch lastUseful(SectorState.AtWork state, Epoch now, NetworkPolicy network) {
    Epoch last = lastTaken(state, now, network);
    return state
        .core()
        .order()
        .startEpoch()
        .filter(start -> seals(state) && now.isBefore(start))
        .map(start -> beforeStart(state, start, network))
        .map(start -> start.isBefore(now) ? now : start)
        .filter(start -> start.isBefore(last))
        .orElse(last);
  }

  private static boolean seals(SectorState.AtWork state) {
    return !(state instanceof Finalizing
        || state instanceof DroppingUnsealed
        || state instanceof Removing);
  }

  /** A sector without its seed has to precommit so early that the seed comes before the start. */
  private static Epoch beforeStart(SectorState.AtWork state, Epoch start, NetworkPolicy network) {
    return state instanceof SectorState.Seeded
        ? start
        : start.minus(network.preCommitChallengeDelay() + network.seedConfidence());
  }

  private static Epoch lastTaken(SectorState.AtWork state, Epoch now, NetworkPolicy network) {
    if (state instanceof SectorState.Seeded seeded) {
      return network.lastCommitEpoch(seeded.preCommitted().epoch());
    }
    if (state instanceof PreCommit1 pc1 && pc1.required().isEmpty() && pc1.ticket().isPresent()) {
      return network.lastPreCommitEpoch(pc1.ticket().get().epoch());
    }
    if (state instanceof PreCommit2 pc2 && pc2.required().isEmpty()) {
      return network.lastPreCommitEpoch(pc2.ticket().epoch());
    }
    return now.plus(network.maxPreCommitRandomnessLookback());
  }

  private static Bytes fieldElement(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      digest[31] &= 0x3f;
      return Bytes.of(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
