package io.granary.sharding.deal;

import akka.actor.typed.javadsl.ActorContext;
import io.granary.protocol.SectorId;
import io.granary.protocol.chain.Tick;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.deal.DealState;
import io.granary.protocol.deal.DealTerms;
import io.granary.protocol.deal.Publication;
import io.granary.protocol.deal.StagedFile;
import io.granary.protocol.deal.TransferSource;
import io.granary.protocol.port.DealBook;
import io.granary.protocol.port.DealFetcher;
import io.granary.protocol.port.PieceDeals;
import io.granary.protocol.publish.PublicationStanding;
import io.granary.sharding.entity.Answers;
import io.granary.sharding.miner.MinerReply;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Asks outside what a deal's state waits for: one question at a time, and one transfer. Belongs to
 * the one actor.
 */
final class DealWork {
  private final ActorContext<DealCommand> context;
  private final Answers<DealCommand> answers;
  private final DealId id;
  private final DealPorts ports;
  private final DealChain chain;
  private final DealDecisions decisions;
  private final DealOperatorLog log;

  /** The transfer that runs, if any; a later one has a higher number. */
  private long round;

  private boolean fetching;
  private boolean asking;
  private String waitTold = "";

  DealWork(
      ActorContext<DealCommand> context,
      DealId id,
      DealPorts ports,
      DealDecisions decisions,
      DealOperatorLog log) {
    this.context = context;
    this.answers = new Answers<>(context);
    this.id = id;
    this.ports = ports;
    this.chain = new DealChain(ports.chain());
    this.decisions = decisions;
    this.log = log;
  }

  /** Forgets what was under way: after a recovery, also from a failed persist. */
  void begin() {
    stopFetching();
    asking = false;
  }

  /** Whether {@code of} is the transfer that runs. */
  boolean isCurrent(long of) {
    return fetching && of == round;
  }

  void fetchEnded() {
    fetching = false;
  }

  void heard() {
    asking = false;
  }

  /** Begins what {@code state} waits for, unless it is under way. */
  void pursue(DealState state, Tick head) {
    Optional<DealState.Verifying> copied = copied(state);
    if (!(state instanceof DealState.Transferring) && copied.isEmpty()) {
      stopFetching();
    }
    if (state instanceof DealState.Transferring transferring) {
      fetch(transferring);
    } else if (copied.isPresent()) {
      copy(copied.get());
    } else if (state instanceof DealState.Verifying verifying && !asking) {
      hash(verifying);
    } else if (state instanceof DealState.Verified verified && !asking) {
      place(verified, head);
    } else if (state instanceof DealState.Failed failed
        && DealDecisions.over(failed, head.epoch())) {
      release();
      ports.neighbours().withdraw(failed.terms().contract().provider().requireId(), id);
    }
  }

  /** What only a head is reason enough to ask. */
  void onHead(DealState state, Tick head) {
    if (asking) {
      return;
    }
    if (PublicationDecisions.query(state).isPresent()) {
      askPublisher(state);
    } else if (state instanceof DealState.Placed || state instanceof DealState.Published) {
      DealDecisions.placement(state).ifPresent(place -> lookAtSector(state, place.sector()));
    } else if (state instanceof DealState.Sealing sealing) {
      lookAtChain(sealing, sealing.placement().sector(), head);
    } else if (state instanceof DealState.Active active) {
      if (decisions.isFinal(active, head.epoch()) && active.file().isPresent()) {
        releaseActive(active);
      } else {
        claim(active, head);
        lookAtChain(active, active.placement().sector(), head);
      }
    }
  }

  /** A deal that is active for good has its provider's publisher know what it is to be paid. */
  private void claim(DealState.Active active, Tick head) {
    if (decisions.isFinal(active, head.epoch())) {
      DealOrders.payable(active)
          .ifPresent(
              payable ->
                  ports
                      .neighbours()
                      .payable(active.terms().contract().provider().requireId(), payable));
    }
  }

  /** A deal whose file is an operator's and is to be copied into staging. */
  private static Optional<DealState.Verifying> copied(DealState state) {
    return state instanceof DealState.Verifying verifying && verifying.file().isImported()
        ? Optional.of(verifying)
        : Optional.empty();
  }

  private void copy(DealState.Verifying state) {
    if (!fetching) {
      bring(watcher -> ports.fetcher().copy(id, state.file(), state.terms().piece(), watcher));
    }
  }

  /** Copying broke off; it goes on after {@code delay} unless something else comes. */
  void copyLater(Duration delay) {
    context.scheduleOnce(delay, context.getSelf(), new DealCommand.Resume());
  }

  private void fetch(DealState.Transferring state) {
    Instant now = ports.clock().instant();
    Optional<Instant> notBefore = state.progress().notBefore().filter(now::isBefore);
    if (fetching) {
      return;
    }
    if (notBefore.isPresent()) {
      context.scheduleOnce(
          Duration.between(now, notBefore.get()).plusMillis(1),
          context.getSelf(),
          new DealCommand.Resume());
      return;
    }
    bring(watcher -> fetch(state, watcher));
  }

  private void bring(Function<DealFetcher.Watcher, CompletionStage<DealFetcher.End>> transfer) {
    fetching = true;
    long mine = ++round;
    var self = context.getSelf();
    answers.bring(
        transfer.apply(
            (received, total) -> self.tell(new DealCommand.Received(mine, received, total))),
        end -> new DealCommand.FetchEnded(mine, end),
        cause -> new DealCommand.FetchFailed(mine, cause));
  }

  private CompletionStage<DealFetcher.End> fetch(
      DealState.Transferring state, DealFetcher.Watcher watcher) {
    DealTerms terms = state.terms();
    if (!(terms.delivery() instanceof DealTerms.Delivery.Fetched fetched)) {
      throw new IllegalStateException("deal " + id + ": a transfer of an imported deal");
    }
    TransferSource source;
    try {
      source = TransferSource.of(fetched.transfer());
    } catch (IllegalArgumentException e) {
      return CompletableFuture.completedStage(
          new DealFetcher.End.Refused("transfer: " + e.getMessage()));
    }
    return ports
        .fetcher()
        .fetch(
            new DealFetcher.Order(
                id,
                source,
                fetched.transfer().size(),
                terms.piece(),
                state.progress(),
                state.afresh()),
            watcher);
  }

  /** Ends the transfer that runs here, if one does; what is on disk stays. */
  void stopFetching() {
    if (fetching) {
      fetching = false;
      round++;
      ports.fetcher().stop(id);
    }
  }

  private void hash(DealState.Verifying state) {
    asking = true;
    answers.bring(
        ports.files().commP(state.file(), state.terms().piece()),
        found -> new DealCommand.Hashed(state, found),
        cause -> new DealCommand.NotHashed(state, cause));
  }

  private void place(DealState.Verified state, Tick head) {
    if (state.terms().published()) {
      askPublisher(state);
    } else {
      order(state, state.file(), head);
    }
  }

  /** Asks how far the deal's publication is, if that is a question in {@code state}. */
  private void askPublisher(DealState state) {
    PublicationDecisions.query(state)
        .ifPresent(
            query -> {
              asking = true;
              answers.bring(
                  ports
                      .neighbours()
                      .publication(query.signed().proposal().provider().requireId(), query),
                  standing -> new DealCommand.PublicationSeen(state, standing),
                  cause -> new DealCommand.NotHeard(state, "the publisher does not answer", cause));
            });
  }

  /** What a standing that changes nothing is reason for. */
  void afterStanding(DealState state, PublicationStanding standing, Tick head) {
    if (standing instanceof PublicationStanding.Waiting waiting
        && !waiting.reason().isEmpty()
        && !waiting.reason().equals(waitTold)) {
      waitTold = waiting.reason();
      log.waitsForPublication(waitTold);
    }
    if (!asking
        && state instanceof DealState.Published published
        && PublicationDecisions.mayBePlaced(state, standing)) {
      order(published, published.file(), head);
    }
  }

  private void order(DealState.Known state, StagedFile file, Tick head) {
    asking = true;
    answers.bring(
        ports
            .files()
            .source(file)
            .thenCompose(path -> chain.piece(state, file, path, head))
            .thenCompose(
                piece ->
                    ports
                        .neighbours()
                        .order(
                            state.terms().contract().provider().requireId(),
                            DealDecisions.orderId(state),
                            piece)),
        reply -> ordered(state, reply),
        cause -> new DealCommand.NotHeard(state, "no sector could be ordered", cause));
  }

  private static DealCommand ordered(DealState state, MinerReply reply) {
    if (reply instanceof MinerReply.Ordered ordered) {
      return new DealCommand.Ordered(state, ordered.sector(), ordered.offset());
    }
    if (reply instanceof MinerReply.Rejected rejected
        && rejected.code() == MinerReply.Rejected.Code.BAD_PIECE) {
      return new DealCommand.OrderRefused(state, rejected.detail());
    }
    return new DealCommand.NotHeard(
        state, "no sector could be ordered", new IllegalStateException(reply.toString()));
  }

  /** Another sector, when the one it was to be in came to nothing. */
  void moveFrom(DealState state, String sectorState, Tick head) {
    if (DealDecisions.gone(sectorState) && !asking) {
      if (state instanceof DealState.Placed placed) {
        order(placed, placed.file(), head);
      } else if (state instanceof DealState.Published published) {
        order(published, published.file(), head);
      } else if (state instanceof DealState.Sealing sealing && sealing.file().isPresent()) {
        order(sealing, sealing.file().get(), head);
      }
    }
  }

  void lookAtSector(DealState state, SectorId sector) {
    asking = true;
    answers.bring(
        ports.neighbours().sector(sector),
        seen -> new DealCommand.SectorSeen(state, seen),
        cause -> new DealCommand.NotHeard(state, "sector " + sector + " does not answer", cause));
  }

  /** Asks the market of a published deal, and the miner's sectors of any other. */
  private void lookAtChain(DealState state, SectorId sector, Tick head) {
    asking = true;
    Optional<Publication> published = DealDecisions.publication(state);
    if (published.isPresent()) {
      answers.bring(
          chain.marketDeal(published.get().chainDealId(), head),
          found -> new DealCommand.OnMarket(state, found),
          cause -> new DealCommand.NotHeard(state, "the chain was not heard of", cause));
      return;
    }
    answers.bring(
        chain.direct(((DealState.Known) state).terms().contract(), sector, head),
        found -> new DealCommand.OnChain(state, found),
        cause -> new DealCommand.NotHeard(state, "the chain was not heard of", cause));
  }

  /** Asks, where nothing else is asked, whether a sealed deal's piece can be found by now. */
  void askExposure(DealState state) {
    if (!asking && Exposures.isOpen(state)) {
      asking = true;
      answers.bring(
          ports.pieces().of(((DealState.Known) state).terms().piece().commP()),
          found -> new DealCommand.Exposed(state, found.exposure()),
          cause -> new DealCommand.NotHeard(state, "the store does not tell of the piece", cause));
    }
  }

  private void releaseActive(DealState.Active state) {
    asking = true;
    answers.bring(
        ports.fetcher().release(id).thenApply(done -> true),
        done -> new DealCommand.Released(state),
        cause -> new DealCommand.NotHeard(state, "the staged file was not released", cause));
  }

  /** Of what is staged; an operator's file stays where it is. */
  private void release() {
    ports
        .fetcher()
        .release(id)
        .whenComplete(
            (done, cause) -> {
              if (cause != null) {
                log.unheard("the staged file was not released", cause);
              }
            });
  }

  /** Writes the deal's row, what it wants of its piece, and its place among those under way. */
  void record(DealState.Known state, long sequence, Tick head) {
    DealTerms terms = state.terms();
    var provider = terms.contract().provider().requireId();
    String detail = state instanceof DealState.Failed failed ? failed.failure().reason() : "";
    CompletionStage<Void> done =
        ports
            .book()
            .put(
                provider,
                new DealBook.Row(
                    id,
                    state.getClass().getSimpleName(),
                    sequence,
                    ports.clock().instant(),
                    terms.contract().client(),
                    terms.contract().pieceCid().toString(),
                    terms.contract().paddedBytes(),
                    terms.contract().startEpoch().value(),
                    detail));
    Optional<PieceDeals.Wish> wish = Exposures.wish(state);
    if (wish.isPresent()) {
      done =
          done.thenCompose(put -> ports.pieces().put(terms.piece().commP(), wish.get(), sequence));
    }
    if (DealDecisions.atRest(state, head.epoch())) {
      done = done.thenCompose(put -> ports.book().end(provider, id));
    } else if (DealDecisions.isOnChain(state)) {
      done = done.thenCompose(put -> ports.book().published(provider, id));
    }
    done.whenComplete(
        (put, cause) -> {
          if (cause != null) {
            log.rowFailed(cause);
          }
        });
  }
}
