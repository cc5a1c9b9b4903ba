package io.granary.sharding.deal;

import io.granary.protocol.ActorId;
import io.granary.protocol.Epoch;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.MinerInfo;
import io.granary.protocol.chain.NetworkPolicy;
import io.granary.protocol.chain.TipSet;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.chain.VerifiedAllocation;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.deal.DealRefusal;
import io.granary.protocol.deal.DealState;
import io.granary.protocol.deal.DealTerms;
import io.granary.protocol.deal.DealVerdict;
import io.granary.protocol.deal.DirectDealRules;
import io.granary.protocol.piece.PieceInfo;
import io.granary.protocol.port.ChainException;
import io.granary.protocol.port.ChainGateway;
import io.granary.protocol.port.DealBook;
import io.granary.sharding.entity.Answers;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The desk for direct deals on one node. The allocation is the deal's name: who holds it in the
 * store is asked first, and answers for itself; another request is judged with what the chain says
 * at one head, then the allocation is claimed in the store, so that no second deal is made of it on
 * any node, ever, then the deal is put among those under way and told to its entity. A desk that
 * dies between these leaves a claim whose deal nobody knows: the next request goes on with it.
 * Thread-safe.
 */
public final class DirectDealDesk implements DirectDeals {
  private final DealsSettings settings;
  private final ActorId provider;
  private final NetworkPolicy network;
  private final RulesInForce rules;
  private final ChainGateway chain;
  private final DealBook book;
  private final Deals deals;
  private final InstantSource clock;
  private final Supplier<DealId> ids;

  /**
   * A desk for the deals of {@code settings}' provider, on {@code network}.
   *
   * @param rules of the same provider; one for all desks of a node
   * @param ids an id for each new deal, which nobody else has
   */
  public DirectDealDesk(
      DealsSettings settings,
      RulesInForce rules,
      NetworkPolicy network,
      ChainGateway chain,
      DealBook book,
      Deals deals,
      InstantSource clock,
      Supplier<DealId> ids) {
    this.settings = settings;
    this.provider = settings.provider().requireId();
    this.network = network;
    this.rules = rules;
    this.chain = chain;
    this.book = book;
    this.deals = deals;
    this.clock = clock;
    this.ids = ids;
  }

  @Override
  public CompletionStage<Answer> take(Request request) {
    try {
      request.piece().toUnsealedCommitment();
    } catch (IllegalArgumentException e) {
      return answer(new Refused(DealRefusal.PIECE_CID, String.valueOf(e.getMessage())));
    }
    return book.allocationHolder(provider, request.allocation())
        .thenCompose(
            held ->
                held.isPresent()
                    ? held(request, held.get().holder())
                    : ordered(request, order -> judge(order, ids.get())));
  }

  /** Goes on with {@code next} once the client is known in its f0 form. */
  private CompletionStage<Answer> ordered(
      Request request, Function<Order, CompletionStage<Answer>> next) {
    return id(request.client())
        .thenCompose(
            client ->
                client
                    .map(found -> next.apply(new Order(request, found)))
                    .orElseGet(
                        () ->
                            answer(
                                new Refused(
                                    DealRefusal.CLIENT_NOT_TAKEN,
                                    "the chain does not know " + request.client()))));
  }

  private CompletionStage<Optional<Address>> id(Address client) {
    return client.protocol() == 0
        ? CompletableFuture.completedStage(Optional.of(client))
        : chain
            .lookupId(client, TipSetKey.HEAD)
            .thenApply(id -> Optional.of(Address.ofId(id)))
            .exceptionallyCompose(Answers.chainRefusalAs(Optional.empty()));
  }

  /** A request whose client is known in its f0 form. */
  private record Order(Request request, Address client) {
    /** The terms by which the deal {@code id} is made of this, with what is left out filled in. */
    DealTerms terms(DealId id, Address provider, VerifiedAllocation allocation, Epoch head) {
      Epoch start = request.start().orElseGet(() -> latestStart(allocation, head));
      long size = request.paddedBytes().orElse(allocation.paddedBytes());
      return new DealTerms(
          id,
          new DealTerms.Contract.Direct(
              new PieceInfo(request.piece().toUnsealedCommitment(), size),
              client,
              provider,
              Optional.of(request.allocation()),
              start,
              request.end().orElseGet(() -> start.plus(allocation.termMin()))),
          new DealTerms.Delivery.Imported(),
          Optional.empty(),
          request.announce(),
          request.keepUnsealed());
    }

    /** A sector that is activated at any epoch until then can live for a term that is claimable. */
    private static Epoch latestStart(VerifiedAllocation allocation, Epoch head) {
      Epoch spare = head.plus(allocation.termMax() - allocation.termMin());
      return spare.isBefore(allocation.expiration()) ? spare : allocation.expiration();
    }

    /** What this asks for that {@code terms} have not, by the request's fields. */
    List<String> differences(DealTerms terms) {
      DealTerms.Contract contract = terms.contract();
      List<String> fields = new ArrayList<>();
      note(fields, "piece", request.piece().equals(contract.pieceCid()));
      note(fields, "client", client.equals(contract.client()));
      note(
          fields,
          "paddedBytes",
          request.paddedBytes().orElse(contract.paddedBytes()) == contract.paddedBytes());
      note(
          fields,
          "startEpoch",
          request.start().orElse(contract.startEpoch()).equals(contract.startEpoch()));
      note(
          fields,
          "endEpoch",
          request.end().orElse(contract.endEpoch()).equals(contract.endEpoch()));
      note(fields, "announce", request.announce() == terms.announce());
      note(fields, "keepUnsealed", request.keepUnsealed() == terms.keepUnsealed());
      return fields;
    }

    private static void note(List<String> fields, String name, boolean same) {
      if (!same) {
        fields.add(name);
      }
    }
  }

  /** The allocation is {@code holder}'s, which may not have been told yet. */
  private CompletionStage<Answer> held(Request request, DealId holder) {
    return deals
        .ask(holder, DealCommand.Describe::new)
        .thenCompose(
            reply ->
                ((DealReply.StateIs) reply)
                    .state()
                    .map(known -> known(request, known))
                    .orElseGet(() -> ordered(request, order -> judge(order, holder))));
  }

  /**
   * An allocation has one client, so that a chain that does not answer leaves nothing open but
   * whether the request names another by mistake: then it is taken to name the deal's.
   */
  private CompletionStage<Answer> known(Request request, DealState.Known known) {
    Order same = new Order(request, known.terms().contract().client());
    return ordered(request, order -> answer(sameAs(order, known)))
        .exceptionallyCompose(
            failure ->
                Answers.cause(failure) instanceof ChainException
                    ? answer(sameAs(same, known))
                    : CompletableFuture.failedStage(failure));
  }

  private static Answer sameAs(Order order, DealState.Known known) {
    List<String> differences = order.differences(known.terms());
    return differences.isEmpty()
        ? new Taken(known.terms().id(), known instanceof DealState.AwaitingData)
        : new Refused(
            DealRefusal.DUPLICATE,
            "allocation "
                + order.request().allocation()
                + " is deal "
                + known.terms().id()
                + "'s, which differs in "
                + String.join(", ", differences));
  }

  /** What a request is judged by: the rules in force, and the chain at one head. */
  private record Now(AcceptanceSettings acceptance, TipSet head) {
    Now(RulesInForce.Rules rules, TipSet head) {
      this(rules.acceptance(), head);
    }
  }

  private CompletionStage<Answer> judge(Order order, DealId id) {
    return rules
        .current()
        .thenCombine(chain.head(), Now::new)
        .thenCompose(now -> judge(order, id, now));
  }

  private CompletionStage<Answer> judge(Order order, DealId id, Now now) {
    TipSetKey at = now.head().key();
    return chain
        .allocation(order.client(), order.request().allocation(), at)
        .thenCombine(
            chain.minerInfo(provider, at),
            (found, info) ->
                found.isEmpty() ? notThere(order, at) : judge(order, id, now, found.get(), info))
        .thenCompose(answer -> answer);
  }

  /** It never was, or it is claimed already. */
  private CompletionStage<Answer> notThere(Order order, TipSetKey at) {
    long allocation = order.request().allocation();
    return chain
        .claim(provider, allocation, at)
        .thenApply(
            claim ->
                new Refused(
                    DealRefusal.ALLOCATION,
                    claim
                        .map(
                            there ->
                                "allocation "
                                    + allocation
                                    + " is claimed already, by sector "
                                    + there.sector().value())
                        .orElse(
                            "allocation "
                                + allocation
                                + " not found for client "
                                + order.client())));
  }

  private CompletionStage<Answer> judge(
      Order order, DealId id, Now now, VerifiedAllocation allocation, MinerInfo miner) {
    Epoch head = now.head().height();
    DealTerms terms;
    try {
      terms = order.terms(id, settings.provider(), allocation, head);
    } catch (IllegalArgumentException e) {
      return answer(new Refused(DealRefusal.PIECE_SIZE, String.valueOf(e.getMessage())));
    }
    Optional<DealVerdict.Refused> broken =
        new DirectDealRules(settings.provider(), network, now.acceptance().policy().sealEpochs())
            .check((DealTerms.Contract.Direct) terms.contract(), head, Optional.of(allocation));
    if (broken.isPresent()) {
      return answer(new Refused(broken.get().refusal(), broken.get().message()));
    }
    return miner
        .sectorSize()
        .tooSmallFor(terms.contract().paddedBytes())
        .map(why -> answer(new Refused(DealRefusal.PIECE_SIZE, why)))
        .orElseGet(() -> accept(order, terms, now.acceptance().limits().underWayMax()));
  }

  private CompletionStage<Answer> accept(Order order, DealTerms terms, int underWayMax) {
    return book.underWay(provider)
        .thenCompose(
            underWay ->
                underWay.size() >= underWayMax
                    ? answer(
                        new Refused(
                            DealRefusal.TOO_MANY,
                            underWay.size()
                                + " deals are under way, as many as"
                                + " granary.deals.limits.under-way-max allows"))
                    : claim(order, terms));
  }

  private CompletionStage<Answer> claim(Order order, DealTerms terms) {
    return book.claimAllocation(provider, order.request().allocation(), terms.id(), clock.instant())
        .thenCompose(
            claim ->
                claim.holder().equals(terms.id())
                    ? begin(order, terms)
                    : held(order.request(), claim.holder()));
  }

  private CompletionStage<Answer> begin(Order order, DealTerms terms) {
    return book.begin(
            provider,
            new DealBook.UnderWay(terms.id(), terms.contract().client(), 0, clock.instant()))
        .thenCompose(
            begun ->
                deals.ask(
                    terms.id(),
                    replyTo -> new DealCommand.Propose(terms, Optional.empty(), replyTo)))
        .thenCompose(
            reply ->
                ((DealReply.Answered) reply).response().accepted()
                    ? answer(new Taken(terms.id(), true))
                    : held(order.request(), terms.id()));
  }

  private static CompletionStage<Answer> answer(Answer answer) {
    return CompletableFuture.completedStage(answer);
  }
}
