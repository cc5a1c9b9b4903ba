package io.granary.bench;

import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.SectorId;
import io.granary.protocol.SectorSize;
import io.granary.protocol.Stamp;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.chain.SectorLocation;
import io.granary.protocol.job.FileLocation;
import io.granary.protocol.job.JobId;
import io.granary.protocol.job.SectorFileType;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.sector.JobRun;
import io.granary.protocol.sector.SectorEvent;
import io.granary.protocol.sector.SectorOrder;
import io.granary.protocol.sector.Ticket;
import java.time.Instant;
import java.util.List;

/** The events that bring a sector to where most sectors are: at rest, proving. */
final class SectorLife {
  private static final String STORAGE = "bench";
  private static final Bytes FILLED = Bytes.fromHex("11".repeat(32));
  private static final Epoch ACTIVATION = new Epoch(2000);

  private SectorLife() {}

  /** A committed-capacity sector of 32 GiB whose commit was found on chain. */
  static List<SectorEvent> toProving(SectorId sector) {
    Stamp stamp = new Stamp(ACTIVATION, Instant.EPOCH, STORAGE);
    JobRun run = new JobRun(new JobId("0123456789abcdef".repeat(4)), 1, STORAGE, 1000);
    FileLocation cache = new FileLocation(STORAGE, SectorFileType.CACHE);
    return List.of(
        new SectorEvent.SectorCreated(
            stamp, new SectorOrder(sector, SectorSize.SIZE_32GIB.sealProofV1_1(), List.of())),
        new SectorEvent.SealingStarted(stamp),
        new SectorEvent.TicketDrawn(stamp, new Ticket(FILLED, ACTIVATION.minus(1000))),
        new SectorEvent.PreCommit1Completed(stamp, run, cache),
        new SectorEvent.PreCommit2Completed(
            stamp,
            run,
            new Commitment(FILLED),
            new Commitment(FILLED),
            new FileLocation(STORAGE, SectorFileType.SEALED),
            cache),
        new SectorEvent.CommitSeen(
            stamp, ACTIVATION, ACTIVATION.plus(1_000_000), TokenAmount.ofFil(1)),
        new SectorEvent.SectorPlaced(stamp, new SectorLocation(3, 0)),
        new SectorEvent.Finalized(stamp, run));
  }
}
