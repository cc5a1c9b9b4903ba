package io.granary.protocol.job;

import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.RegisteredPoStProof;
import io.granary.protocol.RegisteredSealProof;
import io.granary.protocol.SectorId;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.piece.PieceInfo;
import java.util.List;

/**
 * What a prover is asked to do, with everything that decides the outcome and nothing else. Every
 * job may run twice with one effect.
 */
public sealed interface JobSpec {
  /**
   * What stands for the deadline in the two PoSt jobs when their proof type is a winning one. A
   * block's election is proven by the same two jobs, with one sector, partition 0 and this: above
   * every deadline, so that its files keep out of theirs.
   */
  long WINNING = 1_000_000;

  /** The name of this job, from its canonical text. */
  default JobId id() {
    return JobIds.of(this);
  }

  /** A job about one sector's files. */
  sealed interface OfSector extends JobSpec {
    SectorId sector();

    RegisteredSealProof sealProof();
  }

  /**
   * Writes a file into the sector's unsealed file, fr32-padded, after {@code existing}, with zeroes
   * up to {@code piecePaddedBytes}.
   *
   * @param source absolute path of the file on the node that imports it, or a deal's staged file
   *     ({@link io.granary.protocol.deal.StagedFile#source}), wherever that lies
   * @param payloadBytes length of the file
   */
  record AddPiece(
      SectorId sector,
      RegisteredSealProof sealProof,
      List<PieceInfo> existing,
      String source,
      long payloadBytes,
      long piecePaddedBytes)
      implements OfSector {
    public AddPiece {
      existing = List.copyOf(existing);
    }
  }

  /** Labels the graph (SDR). An empty list of pieces is a committed-capacity sector. */
  record PreCommit1(
      SectorId sector, RegisteredSealProof sealProof, Bytes ticket, List<PieceInfo> pieces)
      implements OfSector {
    public PreCommit1 {
      ticket.requireLength(32, "ticket");
      pieces = List.copyOf(pieces);
    }
  }

  /** Encodes the replica and builds its trees; the outcome has CommR and CommD. */
  record PreCommit2(
      SectorId sector, RegisteredSealProof sealProof, Bytes ticket, List<PieceInfo> pieces)
      implements OfSector {
    public PreCommit2 {
      ticket.requireLength(32, "ticket");
      pieces = List.copyOf(pieces);
    }
  }

  /** Makes and self-checks the vanilla PoRep proofs for a seed. */
  record Commit1(
      SectorId sector,
      RegisteredSealProof sealProof,
      Bytes ticket,
      Bytes seed,
      Commitment commR,
      Commitment commD,
      List<PieceInfo> pieces)
      implements OfSector {
    public Commit1 {
      ticket.requireLength(32, "ticket");
      seed.requireLength(32, "seed");
      pieces = List.copyOf(pieces);
    }
  }

  /** Makes the SNARK from a C1 record and verifies it in another process. */
  record Commit2(
      SectorId sector,
      RegisteredSealProof sealProof,
      Bytes ticket,
      Bytes seed,
      Commitment commR,
      Commitment commD,
      BlobRef commit1)
      implements OfSector {
    public Commit2 {
      ticket.requireLength(32, "ticket");
      seed.requireLength(32, "seed");
    }
  }

  /** Drops what only sealing needs; keeps sealed, tree-r-last, p_aux, t_aux and unsealed. */
  record Finalize(SectorId sector, RegisteredSealProof sealProof) implements OfSector {}

  /**
   * Reads the replica as a window PoSt would, with challenges from {@code randomness}, and checks
   * the answer against {@code sealed}.
   */
  record CheckReplica(
      SectorId sector, RegisteredSealProof sealProof, Commitment sealed, Bytes randomness)
      implements OfSector {
    public CheckReplica {
      randomness.requireLength(32, "randomness");
    }
  }

  /** Recovers the original bytes of a range; offset and length in unpadded bytes. */
  record Unseal(
      SectorId sector,
      RegisteredSealProof sealProof,
      Bytes ticket,
      Commitment commD,
      long offset,
      long length)
      implements OfSector {
    public Unseal {
      ticket.requireLength(32, "ticket");
    }
  }

  /** Deletes every file of the sector. */
  record RemoveFiles(SectorId sector, RegisteredSealProof sealProof) implements OfSector {}

  /**
   * Deletes the unsealed file of a finished sector, and nothing else of it. Before, the replica
   * beside it is read as {@link CheckReplica} does: without one that answers, the file stays.
   *
   * @param sealed the CommR the replica must agree with
   * @param randomness of the challenges
   */
  record DropUnsealed(
      SectorId sector, RegisteredSealProof sealProof, Commitment sealed, Bytes randomness)
      implements OfSector {
    public DropUnsealed {
      randomness.requireLength(32, "randomness");
    }
  }

  /**
   * Reads and checks the vanilla proofs of one partition, each sector on its own with a time limit.
   *
   * @param sectors ascending by number, at most the partition size
   */
  record WindowPoStVanilla(
      ActorId miner,
      RegisteredPoStProof postProof,
      long deadline,
      long partition,
      Bytes randomness,
      List<ReplicaRef> sectors)
      implements JobSpec {
    public WindowPoStVanilla {
      randomness.requireLength(32, "randomness");
      sectors = List.copyOf(sectors);
    }
  }

  /**
   * Makes the SNARK of one partition from its vanilla proofs and verifies it in another process.
   *
   * @param vanilla one per sector of {@code sectors}, in the same order
   */
  record WindowPoStSnark(
      ActorId miner,
      RegisteredPoStProof postProof,
      long deadline,
      long partition,
      Bytes randomness,
      List<ReplicaRef> sectors,
      List<BlobRef> vanilla)
      implements JobSpec {
    public WindowPoStSnark {
      randomness.requireLength(32, "randomness");
      sectors = List.copyOf(sectors);
      vanilla = List.copyOf(vanilla);
      if (sectors.size() != vanilla.size()) {
        throw new IllegalArgumentException(
            "vanilla: " + vanilla.size() + " proofs for " + sectors.size() + " sectors");
      }
    }
  }
}
