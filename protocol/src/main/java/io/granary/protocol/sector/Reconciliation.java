package io.granary.protocol.sector;

import io.granary.protocol.Epoch;
import io.granary.protocol.Stamp;
import io.granary.protocol.chain.NetworkPolicy;
import io.granary.protocol.chain.SectorOnChain;
import io.granary.protocol.chain.SectorPreCommitOnChain;
import io.granary.protocol.sector.SectorEvent.CommitLost;
import io.granary.protocol.sector.SectorEvent.CommitSeen;
import io.granary.protocol.sector.SectorEvent.MessageRequested;
import io.granary.protocol.sector.SectorEvent.PreCommitExpired;
import io.granary.protocol.sector.SectorEvent.PreCommitLost;
import io.granary.protocol.sector.SectorEvent.PreCommitSeen;
import io.granary.protocol.sector.SectorEvent.SectorParked;
import io.granary.protocol.sector.SectorEvent.SectorPlaced;
import io.granary.protocol.sector.SectorEvent.SeedChanged;
import io.granary.protocol.sector.SectorEvent.SeedDrawn;
import io.granary.protocol.sector.SectorEvent.TicketDrawn;
import io.granary.protocol.sector.SectorEvent.TicketExpired;
import java.util.List;
import java.util.Optional;

/**
 * The chain is the last word: what a look at it makes of a sector.
 *
 * <p>The state at a tipset shows messages included below its height. So something included at epoch
 * E counts as taken back only when a tipset above E does not show it; a node that lags behind
 * proves nothing.
 */
final class Reconciliation {
  private final NetworkPolicy network;
  private final NextStep nextStep;

  Reconciliation(NetworkPolicy network, NextStep nextStep) {
    this.network = network;
    this.nextStep = nextStep;
  }

  List<SectorEvent> looked(SectorState state, Stamp stamp, ChainLook look) {
    if (state instanceof PreCommit1 pc1) {
      return beforeTicket(pc1, stamp, look);
    }
    if (state instanceof PreCommitting preCommitting) {
      return preCommitting(preCommitting, stamp, look);
    }
    if (state instanceof WaitSeed waiting) {
      return waitSeed(waiting, stamp, look);
    }
    if (state instanceof SectorState.Seeded seeded) {
      return seeded(seeded, stamp, look);
    }
    if (state instanceof SectorState.OnChain onChain) {
      return onChain(onChain, stamp, look);
    }
    if (state instanceof Parked parked && parked.stage() instanceof SectorState.Holding holding) {
      return parked.stage() instanceof SectorState.OnChain
          ? List.of()
          : ours(holding, look).map(on -> List.of(seen(stamp, on))).orElse(List.of());
    }
    return List.of();
  }

  /** A ticket too old for the chain, which only the height decides. */
  Optional<SectorEvent> ticketExpired(SectorState state, Stamp stamp, Epoch height) {
    if (state instanceof PreCommit1 pc1 && pc1.required().isEmpty() && pc1.ticket().isPresent()) {
      return expired(pc1.ticket().get(), stamp, height, 0);
    }
    if (state instanceof PreCommit2 pc2 && pc2.required().isEmpty()) {
      return expired(pc2.ticket(), stamp, height, 0);
    }
    return Optional.empty();
  }

  /** The earliest inclusion is the epoch after {@code height}. */
  private Optional<SectorEvent> expired(Ticket ticket, Stamp stamp, Epoch height, long patience) {
    Epoch last = network.lastPreCommitEpoch(ticket.epoch()).plus(patience);
    return height.plus(1).isAfter(last)
        ? Optional.of(new TicketExpired(stamp, ticket.epoch()))
        : Optional.empty();
  }

  private List<SectorEvent> beforeTicket(PreCommit1 state, Stamp stamp, ChainLook look) {
    if (state.ticket().isPresent() || look.ticket().isEmpty()) {
      return List.of();
    }
    if (look.sector().isPresent() || look.preCommit().isPresent()) {
      return List.of(
          new SectorParked(
              stamp,
              "the chain holds a "
                  + (look.sector().isPresent() ? "sector" : "precommit")
                  + " of this number that this journal does not know",
              false));
    }
    return List.of(new TicketDrawn(stamp, look.ticket().get()));
  }

  private List<SectorEvent> preCommitting(PreCommitting state, Stamp stamp, ChainLook look) {
    Optional<SectorOnChain> committed = ours(state, look);
    if (committed.isPresent()) {
      return List.of(seen(stamp, committed.get()));
    }
    if (look.preCommit().isPresent()) {
      return List.of(preCommitFound(state.replica(), stamp, look.preCommit().get()));
    }
    boolean outstanding = state.message().outgoing().isPresent();
    Optional<SectorEvent> expired =
        expired(
            state.replica().ticket(),
            stamp,
            look.height(),
            outstanding ? network.messageConfidence() : 0);
    if (expired.isPresent()) {
      return List.of(expired.get());
    }
    return request(
        state, stamp, look, network.lastPreCommitEpoch(state.replica().ticket().epoch()));
  }

  private static SectorEvent preCommitFound(
      Replica replica, Stamp stamp, SectorPreCommitOnChain found) {
    boolean same =
        found.info().sealed().equals(replica.commR())
            && found.info().sealRandEpoch().equals(replica.ticket().epoch());
    return same
        ? new PreCommitSeen(
            stamp, found.preCommitEpoch(), found.deposit(), found.info().expiration())
        : NextStep.park(
            stamp,
            "the chain holds a precommit with CommR "
                + found.info().sealed()
                + " and ticket epoch "
                + found.info().sealRandEpoch()
                + ", this sector has "
                + replica.commR()
                + " and "
                + replica.ticket().epoch());
  }

  private List<SectorEvent> waitSeed(WaitSeed state, Stamp stamp, ChainLook look) {
    Optional<SectorEvent> change = changed(state, state.preCommitted(), stamp, look);
    if (change.isPresent()) {
      return List.of(change.get());
    }
    return look.preCommit().isPresent() && look.seed().isPresent()
        ? List.of(new SeedDrawn(stamp, look.seed().get()))
        : List.of();
  }

  private List<SectorEvent> seeded(SectorState.Seeded state, Stamp stamp, ChainLook look) {
    Optional<SectorEvent> change = changed(state, state.preCommitted(), stamp, look);
    if (change.isPresent()) {
      return List.of(change.get());
    }
    if (look.preCommit().isEmpty() || look.seed().isEmpty()) {
      return List.of();
    }
    if (!look.seed().get().equals(state.seed())) {
      return List.of(new SeedChanged(stamp, look.seed().get()));
    }
    if (state instanceof Commit2 c2 && c2.job().due(stamp.time())) {
      return List.of(nextStep.request(c2, stamp));
    }
    return state instanceof Committing committing
        ? request(committing, stamp, look, network.lastCommitEpoch(state.preCommitted().epoch()))
        : List.of();
  }

  /** What the chain says of a precommit this sector believes in. */
  private Optional<SectorEvent> changed(
      SectorState.Holding state, PreCommitted known, Stamp stamp, ChainLook look) {
    Optional<SectorOnChain> committed = ours(state, look);
    if (committed.isPresent()) {
      return Optional.of(seen(stamp, committed.get()));
    }
    if (look.preCommit().isPresent()) {
      SectorEvent found = preCommitFound(state.replica(), stamp, look.preCommit().get());
      boolean moved =
          !(found instanceof PreCommitSeen seen) || !seen.preCommitEpoch().equals(known.epoch());
      if (moved) {
        return Optional.of(found);
      }
    }
    Epoch last = network.lastCommitEpoch(known.epoch());
    if (look.height().isAfter(last.plus(network.messageConfidence()))) {
      return Optional.of(new PreCommitExpired(stamp, last));
    }
    return look.preCommit().isEmpty() && look.height().isAfter(known.epoch())
        ? Optional.of(new PreCommitLost(stamp))
        : Optional.empty();
  }

  private List<SectorEvent> request(
      SectorState.Posting state, Stamp stamp, ChainLook look, Epoch lastUseful) {
    if (!state.message().due(stamp.time())
        || look.quote().isEmpty()
        || !look.height().isBefore(lastUseful)) {
      return List.of();
    }
    ChainLook.Quote quote = look.quote().get();
    return List.of(
        new MessageRequested(
            stamp,
            SectorMessages.intentId(state),
            quote.from(),
            quote.value(),
            lastUseful,
            quote.expiration()));
  }

  private List<SectorEvent> onChain(SectorState.OnChain state, Stamp stamp, ChainLook look) {
    Committed committed = state.committed();
    if (ours(state, look).isEmpty()) {
      return look.sector().isEmpty() && look.height().isAfter(committed.activation())
          ? List.of(new CommitLost(stamp))
          : List.of();
    }
    if (committed.location().isEmpty() && look.location().isPresent()) {
      return List.of(new SectorPlaced(stamp, look.location().get()));
    }
    return Recoveries.looked(state, stamp, look, network);
  }

  /** The sector on chain, when it has this sector's CommR. */
  private static Optional<SectorOnChain> ours(SectorState.Holding state, ChainLook look) {
    return look.sector().filter(on -> on.sealed().equals(state.replica().commR()));
  }

  private static SectorEvent seen(Stamp stamp, SectorOnChain on) {
    return new CommitSeen(stamp, on.activation(), on.expiration(), on.initialPledge());
  }
}
