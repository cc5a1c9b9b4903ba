package io.granary.protocol.sector;

import io.granary.protocol.Epoch;
import io.granary.protocol.SectorSize;
import io.granary.protocol.Stamp;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.chain.NetworkPolicy;
import io.granary.protocol.chain.Receipt;
import io.granary.protocol.chain.SectorLocation;
import io.granary.protocol.chain.SectorOnChain;
import io.granary.protocol.chain.SectorPreCommitInfo;
import io.granary.protocol.chain.SectorPreCommitOnChain;
import io.granary.protocol.chain.Tick;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.job.JobFailure;
import io.granary.protocol.job.JobOutput;
import io.granary.protocol.job.JobReport;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.piece.SectorLayout;
import io.granary.protocol.sender.MessageReport;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Tells a sector what happens to it, by the pure decisions alone, and keeps the events. */
public final class SectorStory {
  public static final SectorPolicy POLICY =
      new SectorPolicy(3, 2, 4, 2, 2, Duration.ofSeconds(10), Duration.ofSeconds(40), 700_000, 10);

  private final SectorDecisions decisions = new SectorDecisions(NetworkPolicy.MAINNET, POLICY);
  private final List<SectorEvent> events = new ArrayList<>();
  private SectorState state = new Empty();
  private long seconds;

  /** The state now. */
  public SectorState state() {
    return state;
  }

  /** Every event so far. */
  public List<SectorEvent> events() {
    return List.copyOf(events);
  }

  /** The names of the events since {@code count} of them. */
  public List<String> since(int count) {
    return events.subList(count, events.size()).stream().map(SectorEvent::name).toList();
  }

  public SectorDecisions decisions() {
    return decisions;
  }

  /** Lets {@code more} seconds and as many epochs pass. */
  public SectorStory pass(long more) {
    seconds += more;
    return this;
  }

  public Stamp now() {
    return SectorFixtures.stamp(seconds);
  }

  public SectorStory take(List<SectorEvent> more) {
    for (SectorEvent event : more) {
      state = state.on(event);
      events.add(event);
    }
    return this;
  }

  private SectorStory take(SectorDecision decision) {
    return take(((SectorDecision.Accepted) decision).events());
  }

  public SectorStory create(SectorOrder order) {
    return take(decisions.create(state, now(), order));
  }

  public SectorStory retry() {
    return take(decisions.retry(state, now()));
  }

  public SectorStory remove() {
    return take(decisions.remove(state, now(), "not wanted"));
  }

  public SectorStory tick() {
    Stamp now = now();
    return take(decisions.ticked(state, now, new Tick(now.epoch(), TipSetKey.HEAD, now.time())));
  }

  public SectorStory observe(SectorObservation seen) {
    return take(decisions.observed(state, now(), seen));
  }

  /** The sector's deals do without its unsealed copy. */
  public SectorStory unsealedUnwanted() {
    return take(decisions.unsealedUnwanted(state, now()));
  }

  /** The job the state waits for. */
  public ActiveJob job() {
    return ((SectorState.AtWork) state).job().active().orElseThrow();
  }

  public SectorStory report(JobReport report) {
    return take(decisions.jobReported(state, now(), report).orElseThrow());
  }

  /** The job the state waits for brings {@code output}. */
  public SectorStory done(JobOutput output) {
    return report(new JobReport.Succeeded(job().id(), job().attempt(), "worker-1", output, 1234));
  }

  /** The job the state waits for fails. */
  public SectorStory fail(JobFailure.Kind kind) {
    return report(
        new JobReport.Failed(
            job().id(), job().attempt(), "worker-1", new JobFailure(kind, "broken"), 1234));
  }

  /** The message the state waits for. */
  public OutgoingMessage message() {
    return ((SectorState.Posting) state).message().outgoing().orElseThrow();
  }

  /** That message lands with {@code exitCode} at the present epoch. */
  public SectorStory landed(long exitCode) {
    return report(landedReport(exitCode));
  }

  /** What the sender will say of that message, landing at the present epoch. */
  public MessageReport.Landed landedReport(long exitCode) {
    Epoch epoch = now().epoch();
    return new MessageReport.Landed(
        message().intentId(),
        SectorFixtures.MESSAGE,
        new Receipt(exitCode, SectorFixtures.filled(0), 1000),
        TipSetKey.HEAD,
        epoch.plus(1),
        epoch);
  }

  public SectorStory report(MessageReport report) {
    return take(decisions.messageReported(state, now(), report).orElseThrow());
  }

  public SectorStory look(ChainLook look) {
    return take(decisions.looked(state, now(), look));
  }

  /** A look at an empty chain, at the present epoch. */
  public ChainLook nothing() {
    return new ChainLook(
        now().epoch(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        false,
        false);
  }

  /** An empty chain with a ticket and a quote. */
  public ChainLook ready() {
    Epoch ticketEpoch = NetworkPolicy.MAINNET.ticketEpoch(now().epoch());
    return new ChainLook(
        now().epoch(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(new Ticket(SectorFixtures.filled(0x11), ticketEpoch)),
        Optional.empty(),
        Optional.of(
            new ChainLook.Quote(
                SectorFixtures.WORKER, TokenAmount.ofFil(1), Optional.of(new Epoch(1_000_000)))),
        Optional.empty(),
        false,
        false);
  }

  /** Our precommit at {@code epoch}, and {@code seed} if its time has come. */
  public ChainLook preCommitted(Epoch epoch, Optional<Seed> seed) {
    return preCommitted(epoch, seed, ((SectorState.Holding) state).replica().commR());
  }

  /** A precommit of {@code commR}. */
  public ChainLook preCommitted(Epoch epoch, Optional<Seed> seed, Commitment commR) {
    Ticket ticket = ((SectorState.Holding) state).replica().ticket();
    return new ChainLook(
        now().epoch(),
        Optional.empty(),
        Optional.of(
            new SectorPreCommitOnChain(
                new SectorPreCommitInfo(
                    SectorSize.SIZE_2KIB.sealProofV1_1(),
                    SectorFixtures.SECTOR.number(),
                    commR,
                    ticket.epoch(),
                    List.of(),
                    new Epoch(1_000_000),
                    Optional.empty()),
                TokenAmount.ofFil(1),
                epoch)),
        Optional.empty(),
        seed,
        Optional.of(
            new ChainLook.Quote(SectorFixtures.WORKER, TokenAmount.ofFil(1), Optional.empty())),
        Optional.empty(),
        false,
        false);
  }

  /** Our sector, activated at {@code epoch}, in deadline 3. */
  public ChainLook committed(Epoch epoch, boolean faulty, boolean recovering) {
    return new ChainLook(
        now().epoch(),
        Optional.of(
            new SectorOnChain(
                SectorFixtures.SECTOR.number(),
                SectorSize.SIZE_2KIB.sealProofV1_1(),
                SectorFixtures.COMM_R,
                epoch,
                new Epoch(1_000_000),
                BigInteger.ZERO,
                BigInteger.ZERO,
                TokenAmount.ofFil(2),
                Optional.empty(),
                Optional.empty(),
                epoch,
                Optional.empty(),
                Optional.empty(),
                0,
                TokenAmount.ZERO)),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(new SectorLocation(3, 0)),
        faulty,
        recovering);
  }

  // Whole stretches of a life without trouble.

  public SectorStory toPreCommit1() {
    return create(SectorFixtures.order()).look(ready());
  }

  public SectorStory toPreCommit2() {
    return toPreCommit1().done(new JobOutput.PreCommit1Done(SectorFixtures.CACHE));
  }

  public SectorStory toPreCommitting() {
    return toPreCommit2().done(replica());
  }

  public SectorStory toWaitSeed() {
    return toPreCommitting()
        .look(ready())
        .pass(20)
        .landed(0)
        .pass(1)
        .look(preCommitted(new Epoch(1020), Optional.empty()));
  }

  public SectorStory toCommit1() {
    return toWaitSeed().pass(160).look(seeded(SectorFixtures.SEED));
  }

  public SectorStory toCommit2() {
    return toCommit1()
        .done(new JobOutput.Commit1Done(SectorFixtures.COMMIT1))
        .look(seeded(SectorFixtures.SEED));
  }

  public SectorStory toCommitting() {
    return toCommit2().done(new JobOutput.Commit2Done(SectorFixtures.PROOF));
  }

  public SectorStory toFinalizing() {
    return toCommitting()
        .look(seeded(SectorFixtures.SEED))
        .pass(20)
        .landed(0)
        .pass(1)
        .look(committed(now().epoch().minus(1), false, false));
  }

  public SectorStory toProving() {
    return toFinalizing()
        .look(committed(now().epoch().minus(1), false, false))
        .pass(5)
        .tick()
        .done(new JobOutput.Finalized());
  }

  /** To {@link #toProving} with one piece, and proven once. */
  public SectorStory toProvenWithPiece() {
    create(SectorFixtures.order(SectorFixtures.SOURCE));
    done(new JobOutput.PieceAdded(SectorFixtures.PIECE, SectorFixtures.UNSEALED)).look(ready());
    done(new JobOutput.PreCommit1Done(SectorFixtures.CACHE)).done(replica());
    look(ready()).pass(20).landed(0).pass(1);
    Epoch epoch = now().epoch().minus(1);
    look(preCommitted(epoch, Optional.empty())).pass(160);
    look(preCommitted(epoch, Optional.of(SectorFixtures.SEED)));
    done(new JobOutput.Commit1Done(SectorFixtures.COMMIT1));
    look(preCommitted(epoch, Optional.of(SectorFixtures.SEED)));
    done(new JobOutput.Commit2Done(SectorFixtures.PROOF));
    look(preCommitted(epoch, Optional.of(SectorFixtures.SEED))).pass(20).landed(0).pass(1);
    Epoch activation = now().epoch().minus(1);
    look(committed(activation, false, false)).look(committed(activation, false, false));
    pass(5).tick().done(new JobOutput.Finalized());
    return observe(new SectorObservation.ProvenAt(activation, now().epoch()));
  }

  /** What PC2 brings. */
  public JobOutput replica() {
    return new JobOutput.PreCommit2Done(
        SectorFixtures.COMM_R, commD(), SectorFixtures.SEALED, SectorFixtures.CACHE);
  }

  private Commitment commD() {
    return state instanceof SectorState.Living living
        ? SectorLayout.of(2048, living.core().pieceInfos()).commD()
        : SectorFixtures.COMM_D;
  }

  /** Our precommit where it was, with {@code seed}. */
  public ChainLook seeded(Seed seed) {
    return preCommitted(new Epoch(1020), Optional.of(seed));
  }
}
