package io.granary.protocol.sector;

import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.SectorId;
import io.granary.protocol.SectorSize;
import io.granary.protocol.Stamp;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.SectorLocation;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.job.BlobRef;
import io.granary.protocol.job.FileLocation;
import io.granary.protocol.job.JobFailure;
import io.granary.protocol.job.JobId;
import io.granary.protocol.job.SectorFileType;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.piece.PieceInfo;
import io.granary.protocol.piece.SectorLayout;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A sector's values, states and events for tests; all fixed. */
public final class SectorFixtures {
  public static final SectorId SECTOR = SectorId.of(1000, 7);
  public static final Instant START = Instant.parse("2026-11-25T00:00:00.123456789Z");
  public static final Ticket TICKET = new Ticket(filled(0x11), new Epoch(100));
  public static final Seed SEED = new Seed(filled(0x22), new Epoch(1170));
  public static final Seed OTHER_SEED = new Seed(filled(0x23), new Epoch(1170));
  public static final Commitment COMM_R = new Commitment(filled(0x33));

  /** Of a 2 KiB sector without pieces. */
  public static final Commitment COMM_D = SectorLayout.of(2048, List.of()).commD();

  public static final Replica REPLICA = new Replica(TICKET, COMM_R, COMM_D);
  public static final Bytes PROOF = Bytes.of(new byte[192]);

  /** An f3 address of a key nobody has. */
  public static final Address WORKER = new Address(Bytes.fromHex("03" + "5a".repeat(48)));

  public static final Cid MESSAGE = new Cid(Bytes.fromHex("0171a0e40220" + "ab".repeat(32)));
  public static final PieceInfo PIECE = new PieceInfo(new Commitment(filled(0x35)), 1024);
  public static final SectorOrder.PieceSource SOURCE =
      new SectorOrder.PieceSource("/data/picture.png", 1000, 1024);
  public static final BlobRef COMMIT1 =
      new BlobRef("store-1", "jobs/c1.bin", 100_297, filled(0x36));
  public static final FileLocation UNSEALED = new FileLocation("store-1", SectorFileType.UNSEALED);
  public static final FileLocation SEALED = new FileLocation("store-1", SectorFileType.SEALED);
  public static final FileLocation CACHE = new FileLocation("store-1", SectorFileType.CACHE);
  public static final JobId JOB = new JobId("0123456789abcdef".repeat(4));
  public static final JobRun RUN = new JobRun(JOB, 1, "worker-1", 1234);
  public static final Fault FAULT =
      new Fault("cannot read leaf 3", new Epoch(3000), Optional.of(filled(0x01)));
  public static final OutgoingMessage MESSAGE_OUT =
      new OutgoingMessage(
          "f01000/7/precommit/1",
          WORKER,
          TokenAmount.ofFil(1),
          new Epoch(3880),
          Optional.of(new Epoch(1_000_000)),
          Optional.empty());
  public static final OutgoingMessage COMMIT_OUT =
      new OutgoingMessage(
          "f01000/7/commit/2",
          WORKER,
          TokenAmount.ZERO,
          new Epoch(87_570),
          Optional.empty(),
          Optional.empty());
  public static final PreCommitted PRE_COMMITTED =
      new PreCommitted(
          new Epoch(1020), TokenAmount.ofFil(1), new Epoch(1_000_000), Optional.of(MESSAGE_OUT));
  public static final Committed COMMITTED =
      new Committed(
          new Epoch(1200),
          new Epoch(1_000_000),
          TokenAmount.ofFil(2),
          Optional.of(new SectorLocation(3, 0)),
          Optional.empty(),
          true,
          Optional.of(new CommitProof(PRE_COMMITTED, SEED, PROOF, Optional.of(COMMIT_OUT))));

  private SectorFixtures() {}

  /** 32 bytes of {@code value}. */
  public static Bytes filled(int value) {
    return Bytes.fromHex(String.format("%02x", value).repeat(32));
  }

  /** {@code seconds} and as many epochs after the start of the tests' time. */
  public static Stamp stamp(long seconds) {
    return new Stamp(new Epoch(1000 + seconds), START.plusSeconds(seconds), "node-1");
  }

  /** An order for a 2 KiB sector with {@code pieces}. */
  public static SectorOrder order(SectorOrder.PieceSource... pieces) {
    return new SectorOrder(SECTOR, SectorSize.SIZE_2KIB.sealProofV1_1(), List.of(pieces));
  }

  /** A committed-capacity sector. */
  public static SectorCore core() {
    return SectorCore.of(order(), stamp(0));
  }

  private static SectorCore filledCore() {
    return SectorCore.of(order(SOURCE), stamp(0))
        .withPiece(new SectorPiece(PIECE, SOURCE.source(), SOURCE.payloadBytes()))
        .withFile(UNSEALED);
  }

  private static MessageSlot waiting() {
    return MessageSlot.FRESH.asked(MESSAGE_OUT);
  }

  /** At least one state of each class, and of each variation that a transition depends on. */
  public static List<SectorState> states() {
    SectorCore core = core();
    SectorCore pieces = filledCore();
    JobSlot fresh = JobSlot.FRESH;
    List<SectorState.Living> stages =
        List.of(
            new Filling(SectorCore.of(order(SOURCE), stamp(0)), fresh),
            new Filling(pieces, fresh),
            new PreCommit1(core, Optional.empty(), Optional.empty(), fresh),
            new PreCommit1(core, Optional.of(TICKET), Optional.empty(), fresh),
            new PreCommit1(core, Optional.of(TICKET), Optional.of(REPLICA), fresh),
            new PreCommit2(pieces, TICKET, Optional.empty(), fresh),
            new PreCommit2(pieces, TICKET, Optional.of(REPLICA), fresh),
            new PreCommitting(core, REPLICA, MessageSlot.FRESH),
            new PreCommitting(pieces, REPLICA, waiting()),
            new WaitSeed(core, REPLICA, PRE_COMMITTED),
            new Commit1(core, REPLICA, PRE_COMMITTED, SEED, fresh),
            new Commit2(core, REPLICA, PRE_COMMITTED, SEED, COMMIT1, fresh),
            new Committing(core, REPLICA, PRE_COMMITTED, SEED, PROOF, waiting()),
            new Finalizing(core, REPLICA, COMMITTED, fresh),
            new Removing(core, "not wanted", fresh));
    List<SectorState> states = new ArrayList<>(stages);
    states.add(new Empty());
    states.add(new Proving(core, REPLICA, COMMITTED));
    states.add(new Proving(core, REPLICA, withoutProof()));
    KeptUnsealed kept = new KeptUnsealed("no such file", START.plusSeconds(90));
    states.add(new Proving(pieces, REPLICA, COMMITTED, Optional.of(kept)));
    states.add(new DroppingUnsealed(pieces, REPLICA, COMMITTED, fresh));
    states.add(new DroppingUnsealed(pieces, REPLICA, withoutProof(), fresh));
    states.add(new Finalizing(core, REPLICA, withoutProof(), fresh));
    states.add(new Faulty(core, REPLICA, COMMITTED, FAULT));
    states.add(new Faulty(core, REPLICA, withoutProof(), FAULT));
    states.add(new Recovering(core, REPLICA, COMMITTED, FAULT, Optional.empty()));
    states.add(new Recovering(core, REPLICA, withoutProof(), FAULT, Optional.of(new Epoch(3010))));
    states.add(new Removed(core, "not wanted"));
    for (SectorState.Living stage : stages) {
      states.add(new Parked(stage, "needs an operator", true));
      states.add(new Parked(stage, "needs removal", false));
    }
    return states;
  }

  /** Found on chain, not cleaned up, not placed. */
  public static Committed withoutProof() {
    return new Committed(
        new Epoch(1200),
        new Epoch(1_000_000),
        TokenAmount.ofFil(2),
        Optional.empty(),
        Optional.empty(),
        false,
        Optional.empty());
  }

  /** At least one event of each class, and of each variation that a transition depends on. */
  public static List<SectorEvent> events() {
    Stamp at = stamp(60);
    Instant later = at.time().plusSeconds(10);
    return List.of(
        new SectorEvent.SectorCreated(at, order(SOURCE)),
        new SectorEvent.JobRequested(at, JOB, 1, new Epoch(5000)),
        new SectorEvent.JobFailed(
            at, RUN, new JobFailure(JobFailure.Kind.ENVIRONMENT, "disk full"), later),
        new SectorEvent.JobFailed(
            at, RUN, new JobFailure(JobFailure.Kind.CHILD_DIED, "signal 9"), later),
        new SectorEvent.JobFailed(
            at, RUN, new JobFailure(JobFailure.Kind.LOST, "worker gone"), later),
        new SectorEvent.PieceAdded(at, RUN, PIECE, UNSEALED),
        new SectorEvent.PieceDiffered(
            at, RUN, SOURCE.source(), PIECE, UNSEALED, "piece 0: commP mismatch"),
        new SectorEvent.SealingStarted(at),
        new SectorEvent.TicketDrawn(at, TICKET),
        new SectorEvent.TicketExpired(at, TICKET.epoch()),
        new SectorEvent.PreCommit1Completed(at, RUN, CACHE),
        new SectorEvent.PreCommit2Completed(at, RUN, COMM_R, COMM_D, SEALED, CACHE),
        new SectorEvent.Commit1Completed(at, RUN, COMMIT1),
        new SectorEvent.Commit2Completed(at, RUN, PROOF),
        new SectorEvent.Finalized(at, RUN),
        new SectorEvent.SentBack(at, RedoFrom.PRE_COMMIT_1, "layer missing"),
        new SectorEvent.SentBack(at, RedoFrom.COMMIT_1, "record missing"),
        new SectorEvent.MessageRequested(
            at,
            "f01000/7/precommit/1",
            WORKER,
            TokenAmount.ofFil(1),
            new Epoch(3880),
            Optional.of(new Epoch(1_000_000))),
        new SectorEvent.MessageRequested(
            at, "f01000/7/commit/2", WORKER, TokenAmount.ZERO, new Epoch(3880), Optional.empty()),
        new SectorEvent.MessageLanded(at, "f01000/7/precommit/1", MESSAGE, new Epoch(1020)),
        new SectorEvent.MessageLanded(at, "f01000/7/commit/2", MESSAGE, new Epoch(1200)),
        new SectorEvent.MessageReverted(at, "f01000/7/precommit/1"),
        new SectorEvent.MessageFailed(
            at, "f01000/7/precommit/1", Optional.of(16L), "exit code 16", later),
        new SectorEvent.MessageFailed(
            at, "f01000/7/precommit/1", Optional.empty(), "EXPIRED: too late", later),
        new SectorEvent.PreCommitSeen(
            at, new Epoch(1020), TokenAmount.ofFil(1), new Epoch(1_000_000)),
        new SectorEvent.PreCommitLost(at),
        new SectorEvent.PreCommitExpired(at, new Epoch(87_570)),
        new SectorEvent.SeedDrawn(at, SEED),
        new SectorEvent.SeedChanged(at, OTHER_SEED),
        new SectorEvent.CommitSeen(at, new Epoch(1200), new Epoch(1_000_000), TokenAmount.ofFil(2)),
        new SectorEvent.CommitLost(at),
        new SectorEvent.SectorPlaced(at, new SectorLocation(3, 0)),
        new SectorEvent.FirstProven(at, new Epoch(658), new Epoch(1300)),
        new SectorEvent.FaultFound(at, FAULT),
        new SectorEvent.FaultFound(at, new Fault("skipped", new Epoch(-1), Optional.empty())),
        new SectorEvent.ReplicaReadable(at, RUN),
        new SectorEvent.RecoveryDeclared(at, new Epoch(3010)),
        new SectorEvent.SectorRecovered(at, new Epoch(3020)),
        new SectorEvent.UnsealedDropOrdered(at),
        new SectorEvent.UnsealedDropped(at, RUN),
        new SectorEvent.UnsealedKept(at, "no such file", later),
        new SectorEvent.SectorParked(at, "needs an operator", true),
        new SectorEvent.SectorParked(at, "needs removal", false),
        new SectorEvent.RetryOrdered(at),
        new SectorEvent.RemovalOrdered(at, "not wanted"),
        new SectorEvent.FilesRemoved(at, RUN));
  }
}
