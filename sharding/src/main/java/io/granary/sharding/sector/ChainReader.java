package io.granary.sharding.sector;

import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.cbor.CborWriter;
import io.granary.protocol.chain.NetworkPolicy;
import io.granary.protocol.chain.RandomnessTag;
import io.granary.protocol.chain.SectorLocation;
import io.granary.protocol.chain.SectorOnChain;
import io.granary.protocol.chain.SectorPreCommitOnChain;
import io.granary.protocol.chain.Tick;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.port.ChainGateway;
import io.granary.protocol.sector.ChainLook;
import io.granary.protocol.sector.ChainQuestions;
import io.granary.protocol.sector.Committing;
import io.granary.protocol.sector.PreCommitting;
import io.granary.protocol.sector.SectorMessages;
import io.granary.protocol.sector.SectorState;
import io.granary.protocol.sector.Seed;
import io.granary.protocol.sector.Ticket;
import io.granary.protocol.sender.MessagePurpose;
import io.granary.sharding.address.Payers;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Asks the chain what a state has to know, all at one tipset. Stateless, thread-safe. */
final class ChainReader {
  private final ChainGateway chain;
  private final Payers payers;
  private final NetworkPolicy network;
  private final long lifetimeEpochs;

  ChainReader(ChainGateway chain, Payers payers, NetworkPolicy network, long lifetimeEpochs) {
    this.chain = chain;
    this.payers = payers;
    this.network = network;
    this.lifetimeEpochs = lifetimeEpochs;
  }

  /** Fails as {@link ChainGateway} does when any answer is missing. */
  CompletionStage<ChainLook> read(SectorState.Living state, ChainQuestions questions, Tick tick) {
    ActorId miner = state.core().sector().miner();
    SectorNumber number = state.core().sector().number();
    TipSetKey key = tick.head();
    CompletionStage<Optional<SectorOnChain>> sector =
        questions.sector() ? chain.sector(miner, number, key) : none();
    CompletionStage<Optional<SectorPreCommitOnChain>> preCommit =
        questions.sector() ? chain.preCommit(miner, number, key) : none();
    CompletionStage<Optional<Ticket>> ticket = questions.ticket() ? ticket(miner, tick) : none();
    CompletionStage<Optional<Seed>> seed =
        questions.seed() ? preCommit.thenCompose(found -> seed(miner, found, tick)) : none();
    CompletionStage<Optional<ChainLook.Quote>> quote =
        questions.deposit() || questions.pledge() ? quote(state, tick) : none();
    CompletionStage<Optional<SectorLocation>> location =
        questions.location()
            ? sector.thenCompose(found -> location(miner, number, found, key))
            : none();
    CompletionStage<Boolean> faulty =
        questions.faults() ? holds(chain.faults(miner, key), number) : no();
    CompletionStage<Boolean> recovering =
        questions.faults() ? holds(chain.recoveries(miner, key), number) : no();
    return all(sector, preCommit, ticket, seed, quote, location, faulty, recovering)
        .thenApply(
            done ->
                new ChainLook(
                    tick.epoch(),
                    known(sector),
                    known(preCommit),
                    known(ticket),
                    known(seed),
                    known(quote),
                    known(location),
                    known(faulty),
                    known(recovering)));
  }

  private CompletionStage<Optional<Ticket>> ticket(ActorId miner, Tick tick) {
    Epoch epoch = network.ticketEpoch(tick.epoch());
    return chain
        .randomnessFromTickets(RandomnessTag.SEAL_RANDOMNESS, epoch, entropy(miner), tick.head())
        .thenApply(value -> Optional.of(new Ticket(value, epoch)));
  }

  private CompletionStage<Optional<Seed>> seed(
      ActorId miner, Optional<SectorPreCommitOnChain> preCommit, Tick tick) {
    if (preCommit.isEmpty()) {
      return none();
    }
    Epoch epoch = network.seedEpoch(preCommit.get().preCommitEpoch());
    if (tick.epoch().isBefore(epoch.plus(network.seedConfidence()))) {
      return none();
    }
    return chain
        .randomnessFromBeacon(
            RandomnessTag.INTERACTIVE_SEAL_CHALLENGE_SEED, epoch, entropy(miner), tick.head())
        .thenApply(value -> Optional.of(new Seed(value, epoch)));
  }

  /** Seal randomness is bound to the miner by the CBOR of its ID address (chain.md 4.3). */
  private static Bytes entropy(ActorId miner) {
    return new CborWriter().address(Address.ofId(miner)).toBytes();
  }

  private CompletionStage<Optional<ChainLook.Quote>> quote(SectorState state, Tick tick) {
    if (state instanceof PreCommitting preCommitting) {
      Epoch expiration =
          network.expirationFor(
              tick.epoch(), preCommitting.core().lifetime(tick.epoch(), lifetimeEpochs));
      ActorId miner = preCommitting.core().sector().miner();
      return chain
          .preCommitDeposit(
              miner, SectorMessages.preCommitInfo(preCommitting, expiration), tick.head())
          .thenCompose(
              deposit ->
                  quote(miner, MessagePurpose.PRE_COMMIT, deposit, Optional.of(expiration), tick));
    }
    if (state instanceof Committing committing) {
      long duration = committing.preCommitted().expiration().since(tick.epoch());
      return chain
          .initialPledge(
              duration,
              committing.core().sealProof().sectorSize(),
              committing.core().verifiedBytes(),
              tick.head())
          .thenCompose(
              pledge ->
                  quote(
                      committing.core().sector().miner(),
                      MessagePurpose.COMMIT,
                      SectorMessages.commitValue(pledge, committing.preCommitted().deposit()),
                      Optional.empty(),
                      tick));
    }
    return none();
  }

  private CompletionStage<Optional<ChainLook.Quote>> quote(
      ActorId miner,
      MessagePurpose purpose,
      TokenAmount value,
      Optional<Epoch> expiration,
      Tick tick) {
    return payers
        .payer(miner, purpose, value, tick.head())
        .thenApply(from -> Optional.of(new ChainLook.Quote(from, value, expiration)));
  }

  private CompletionStage<Optional<SectorLocation>> location(
      ActorId miner, SectorNumber number, Optional<SectorOnChain> sector, TipSetKey key) {
    return sector.isEmpty()
        ? none()
        : chain.sectorLocation(miner, number, key).thenApply(Optional::of);
  }

  private static CompletionStage<Boolean> holds(
      CompletionStage<BitField> set, SectorNumber number) {
    return set.thenApply(members -> members.contains(number.value()));
  }

  private static <T> CompletionStage<Optional<T>> none() {
    return CompletableFuture.completedFuture(Optional.empty());
  }

  private static CompletionStage<Boolean> no() {
    return CompletableFuture.completedFuture(false);
  }

  private static CompletionStage<Void> all(CompletionStage<?>... stages) {
    CompletableFuture<?>[] futures = new CompletableFuture<?>[stages.length];
    for (int i = 0; i < stages.length; i++) {
      futures[i] = stages[i].toCompletableFuture();
    }
    return CompletableFuture.allOf(futures);
  }

  /** The value of a stage that {@link #all} found complete. */
  private static <T> T known(CompletionStage<T> stage) {
    return stage.toCompletableFuture().getNow(null);
  }
}
