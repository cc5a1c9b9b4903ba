package io.granary.protocol.actor;

import io.granary.protocol.Bytes;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;
import io.granary.protocol.chain.SectorPreCommitInfo;
import java.util.List;

/**
 * Parameters of {@link MinerMethod#PRE_COMMIT_SECTOR_BATCH_2} (go-state-types builtin/v18/miner).
 *
 * @param sectors without repeated numbers
 */
public record PreCommitSectorBatchParams(List<SectorPreCommitInfo> sectors)
    implements CborEncodable {
  public PreCommitSectorBatchParams {
    sectors = List.copyOf(sectors);
  }

  /** Reads {@link #toCbor}; a {@link io.granary.protocol.cbor.CborException} says what is wrong. */
  public static PreCommitSectorBatchParams fromCbor(Bytes cbor) {
    return CborReader.decode(
        cbor, "PreCommitSectorBatchParams", PreCommitSectorBatchParams::readFrom);
  }

  /** Reads the value where a reader stands. */
  public static PreCommitSectorBatchParams readFrom(CborReader reader) {
    return reader.struct(
        "",
        1,
        r ->
            new PreCommitSectorBatchParams(
                r.list("sectors", CborReader.MAX_LIST_ITEMS, SectorPreCommitInfo::readFrom)));
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer.array(1).list(sectors);
  }
}
