package io.granary.sharding.deal;

import io.granary.protocol.ActorId;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.deal.AskRequest;
import io.granary.protocol.deal.AskResponse;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.deal.DealParams;
import io.granary.protocol.deal.DealResponse;
import io.granary.protocol.deal.DealRules;
import io.granary.protocol.deal.DealStatusRequest;
import io.granary.protocol.deal.DealStatusResponse;
import io.granary.protocol.deal.DealStatusView;
import io.granary.protocol.deal.DealTerms;
import io.granary.protocol.deal.DealVerdict;
import io.granary.protocol.port.ChainGateway;
import io.granary.protocol.port.DealBook;
import io.granary.protocol.port.DealDesk;
import io.granary.sharding.entity.Answers;
import io.granary.sharding.publish.EscrowReach;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The desk of one node. A proposal that is known gets its answer again; another is judged, claimed
 * in the store so that no other deal is made of it anywhere, put among those under way, and told to
 * its entity, whose answer is the client's. Those that are judged at the same moment count beside
 * one another ({@link Reservations}). Signatures are checked on threads of their own: whoever
 * brings what store and chain answered has other work than that. Thread-safe.
 */
public final class LocalDealDesk implements DealDesk {
  /** The dispatcher that is meant for checking signatures; reference.conf says how wide it is. */
  public static final String JUDGES = "granary.deals.judge-dispatcher";

  private static final Logger LOG = LoggerFactory.getLogger(LocalDealDesk.class);

  private final DealsSettings settings;
  private final RulesInForce rules;
  private final ActorId provider;
  private final ChainGateway chain;
  private final DealBook book;
  private final Deals deals;
  private final InstantSource clock;
  private final FactFinder facts;
  private final SharedRead<List<DealBook.UnderWay>> underWay;
  private final SignedAsks asks;
  private final Reservations reservations = new Reservations();
  private final Semaphore judging;
  private final Semaphore recalling;
  private final Executor judges;

  /**
   * A desk for the deals of {@code settings}' provider.
   *
   * @param rules of the same provider; one for all desks of a node
   * @param reach what the provider's escrow may be filled with
   * @param judges where signatures are checked; of proposals {@code limits.proposals-max} wait
   *     there or are checked at most, of questions for a deal's status as many as the desk is asked
   *     at once
   */
  public LocalDealDesk(
      DealsSettings settings,
      RulesInForce rules,
      ChainGateway chain,
      EscrowReach reach,
      DealBook book,
      Deals deals,
      InstantSource clock,
      Executor judges) {
    this.settings = settings;
    this.rules = rules;
    this.provider = settings.provider().requireId();
    this.chain = chain;
    this.book = book;
    this.deals = deals;
    this.clock = clock;
    this.judges = judges;
    this.facts = new FactFinder(chain, settings.provider(), reach);
    this.underWay = new SharedRead<>(() -> book.underWay(provider));
    this.asks = new SignedAsks(chain, settings, clock);
    this.judging = new Semaphore(settings.acceptance().limits().proposalsMax());
    this.recalling = new Semaphore(settings.acceptance().limits().proposalsMax());
  }

  @Override
  public CompletionStage<DealResponse> propose(DealParams params) {
    if (params.proposal().isEmpty()) {
      return CompletableFuture.completedStage(
          DealResponse.no("failed validation: proposal PieceCID undefined"));
    }
    if (params.id().equals(DealId.ZERO)) {
      return CompletableFuture.completedStage(
          DealResponse.no("failed validation: deal uuid is missing"));
    }
    if (!judging.tryAcquire()) {
      return recalled(DealTerms.of(params, params.proposal().get()));
    }
    Reservations.Visit visit = reservations.enter();
    return CompletableFuture.completedStage(DealTerms.of(params, params.proposal().get()))
        .thenCompose(terms -> proposed(params, terms, visit))
        .whenComplete(
            (answer, failure) -> {
              visit.leave();
              judging.release();
            })
        .exceptionallyCompose(
            Answers.onChainRefusal(
                refused -> answer(DealResponse.no("server error: " + refused.getMessage()))));
  }

  /** Of a proposal that cannot be judged now: whether its deal is known takes no judgement. */
  private CompletionStage<DealResponse> recalled(DealTerms terms) {
    if (!recalling.tryAcquire()) {
      return answer(Judgement.BUSY.response());
    }
    return CompletableFuture.completedStage(terms)
        .thenCompose(known -> known(known, underWay.now()))
        .thenApply(answer -> answer.orElseGet(Judgement.BUSY::response))
        .whenComplete((answer, failure) -> recalling.release());
  }

  private static CompletionStage<DealResponse> answer(DealResponse response) {
    return CompletableFuture.completedStage(response);
  }

  /**
   * Store and chain are asked at once for all that a new proposal is judged by. An id is free to
   * choose, so that nothing is woken by it: an entity is only asked of a deal that is in the store,
   * or of one that a client has signed.
   */
  private CompletionStage<DealResponse> proposed(
      DealParams params, DealTerms terms, Reservations.Visit visit) {
    Instant now = clock.instant();
    CompletionStage<List<DealBook.UnderWay>> all = underWay.now();
    CompletionStage<Optional<DealResponse>> known = known(terms, all);
    CompletionStage<Judgement.Bounds> bounds =
        rules
            .current()
            .thenCombine(
                all, (set, is) -> new Judgement.Bounds(set.acceptance(), others(is, terms.id())));
    CompletionStage<Judgement> judgement =
        facts
            .find(params.proposal().orElseThrow())
            .thenCombine(
                bounds, (found, is) -> new Judgement(params, terms, is, visit, found, now));
    return known.thenCompose(
        answer ->
            answer
                .map(LocalDealDesk::answer)
                .orElseGet(() -> judgement.thenCompose(is -> judge(terms, is))));
  }

  /**
   * The answer of a deal that is in the store, as soon as that says so. A deal has no row yet for a
   * moment after it was put among those under way.
   */
  private CompletionStage<Optional<DealResponse>> known(
      DealTerms terms, CompletionStage<List<DealBook.UnderWay>> underWay) {
    return book.hasRow(provider, terms.id())
        .thenCompose(
            row ->
                row
                    ? CompletableFuture.completedStage(true)
                    : underWay.thenApply(all -> others(all, terms.id()).size() < all.size()))
        .thenCompose(known -> known ? answerOf(terms) : nobodys());
  }

  private static CompletionStage<Optional<DealResponse>> nobodys() {
    return CompletableFuture.completedStage(Optional.empty());
  }

  /** The answer of the deal with that id; empty where nobody was told of it. */
  private CompletionStage<Optional<DealResponse>> answerOf(DealTerms terms) {
    return state(terms.id())
        .thenApply(is -> is.state().map(known -> DealDecisions.answer(known, terms)));
  }

  private CompletionStage<DealReply.StateIs> state(DealId id) {
    return deals.ask(id, DealCommand.Describe::new).thenApply(DealReply.StateIs.class::cast);
  }

  private CompletionStage<DealResponse> judge(DealTerms terms, Judgement judgement) {
    return judgement
        .outcome(judges)
        .thenCompose(
            outcome ->
                outcome instanceof Judgement.Outcome.Refused refused
                    ? refuse(terms, refused.verdict())
                    : accept(terms, ((Judgement.Outcome.Held) outcome).place()));
  }

  /** Its entity is told of what it keeps only; that comes after the signature was found good. */
  private CompletionStage<DealResponse> refuse(DealTerms terms, DealVerdict.Refused refused) {
    if (DealDecisions.isKept(refused)) {
      return tell(terms, Optional.of(refused));
    }
    LOG.info("deal {}: refused: {}", terms.id(), refused.message());
    return CompletableFuture.completedStage(refused.response());
  }

  /** A proposal may come again before its deal has an entity: it is not beside itself. */
  private static List<DealBook.UnderWay> others(List<DealBook.UnderWay> underWay, DealId id) {
    return underWay.stream().filter(each -> !each.deal().equals(id)).toList();
  }

  private CompletionStage<DealResponse> accept(DealTerms terms, Reservations.Place place) {
    DealTerms.Contract.Market market = (DealTerms.Contract.Market) terms.contract();
    return book.claim(provider, market.signed().cid(), terms.id(), clock.instant())
        .thenCompose(
            claim ->
                claim.holder().equals(terms.id())
                    ? begin(terms, place)
                    : answer(
                        DealResponse.no(
                            "deal proposal is identical to deal "
                                + claim.holder()
                                + " (proposed at "
                                + claim.since()
                                + ")")))
        .whenComplete(
            (answer, failure) -> {
              if (failure == null && !answer.accepted()) {
                place.drop();
              } else {
                place.written();
              }
            });
  }

  private CompletionStage<DealResponse> begin(DealTerms terms, Reservations.Place place) {
    return book.begin(provider, place.deal())
        .thenCompose(begun -> tell(terms, Optional.empty()))
        .thenCompose(answer -> orForget(terms, answer));
  }

  /** A deal that its node has no room for never was. */
  private CompletionStage<DealResponse> orForget(DealTerms terms, DealResponse answer) {
    return answer.equals(DealRules.NO_SPACE.response())
        ? book.end(provider, terms.id()).thenApply(done -> answer)
        : CompletableFuture.completedStage(answer);
  }

  private CompletionStage<DealResponse> tell(
      DealTerms terms, Optional<DealVerdict.Refused> refused) {
    return deals
        .ask(terms.id(), replyTo -> new DealCommand.Propose(terms, refused, replyTo))
        .thenApply(reply -> ((DealReply.Answered) reply).response());
  }

  @Override
  public CompletionStage<DealStatusResponse> status(DealStatusRequest request) {
    return book.client(provider, request.id())
        .thenCompose(
            client ->
                client
                    .map(known -> status(request, known))
                    .orElseGet(
                        () ->
                            CompletableFuture.completedStage(
                                DealStatusResponse.unknown(request.id()))));
  }

  private CompletionStage<DealStatusResponse> status(DealStatusRequest request, Address client) {
    if (request.signature().isEmpty()) {
      return CompletableFuture.completedStage(DealStatusResponse.unsigned(request.id()));
    }
    return chain
        .accountKey(client, TipSetKey.HEAD)
        .thenApplyAsync(request::signedBy, judges)
        .thenCompose(
            signed ->
                signed
                    ? status(request.id())
                    : CompletableFuture.completedStage(DealStatusResponse.unsigned(request.id())))
        .exceptionallyCompose(
            Answers.chainRefusalAs(DealStatusResponse.keyless(request.id(), client)));
  }

  private CompletionStage<DealStatusResponse> status(DealId id) {
    return state(id)
        .thenApply(
            is ->
                is.state()
                    .filter(known -> known.terms().contract() instanceof DealTerms.Contract.Market)
                    .map(known -> DealStatusView.of(id, known, is.sectorState()))
                    .orElseGet(() -> DealStatusResponse.unknown(id)));
  }

  @Override
  public CompletionStage<AskResponse> ask(AskRequest request) {
    return request.miner().filter(settings.provider()::equals).isPresent()
        ? rules
            .current()
            .thenCompose(now -> asks.ask(now.acceptance().policy().ask()))
            .thenApply(signed -> new AskResponse(Optional.of(signed)))
        : CompletableFuture.completedStage(new AskResponse(Optional.empty()));
  }
}
