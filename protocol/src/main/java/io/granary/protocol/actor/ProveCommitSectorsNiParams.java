package io.granary.protocol.actor;

import io.granary.protocol.Bytes;
import io.granary.protocol.RegisteredSealProof;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;
import java.util.List;

/** Parameters of {@link MinerMethod#PROVE_COMMIT_SECTORS_NI} (go-state-types builtin/v18/miner). */
public record ProveCommitSectorsNiParams(
    List<SectorNiActivationInfo> sectors,
    Bytes aggregateProof,
    RegisteredSealProof sealProofType,
    long aggregateProofType,
    long provingDeadline,
    boolean requireActivationSuccess)
    implements CborEncodable {
  public ProveCommitSectorsNiParams {
    sectors = List.copyOf(sectors);
  }

  /** Reads {@link #toCbor}; a {@link io.granary.protocol.cbor.CborException} says what is wrong. */
  public static ProveCommitSectorsNiParams fromCbor(Bytes cbor) {
    return CborReader.decode(
        cbor, "ProveCommitSectorsNiParams", ProveCommitSectorsNiParams::readFrom);
  }

  /** Reads the value where a reader stands. */
  public static ProveCommitSectorsNiParams readFrom(CborReader reader) {
    return reader.struct(
        "",
        6,
        r ->
            new ProveCommitSectorsNiParams(
                r.list("sectors", CborReader.MAX_LIST_ITEMS, SectorNiActivationInfo::readFrom),
                r.bytes("aggregateProof", CborReader.MAX_BYTE_STRING),
                r.sealProof("sealProofType"),
                r.uint("aggregateProofType"),
                r.uint("provingDeadline"),
                r.bool("requireActivationSuccess")));
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer
        .array(6)
        .list(sectors)
        .bytes(aggregateProof)
        .uint64(sealProofType.number())
        .uint64(aggregateProofType)
        .uint64(provingDeadline)
        .bool(requireActivationSuccess);
  }
}
