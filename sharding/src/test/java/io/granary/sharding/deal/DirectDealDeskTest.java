package io.granary.sharding.deal;

import static io.granary.protocol.deal.DealFixtures.HEAD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.actor.testkit.typed.javadsl.TestInbox;
import akka.actor.typed.ActorRef;
import com.typesafe.config.ConfigFactory;
import io.granary.protocol.ActorId;
import io.granary.protocol.Epoch;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.SectorSize;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.MinerInfo;
import io.granary.protocol.chain.NetworkPolicy;
import io.granary.protocol.chain.TipSet;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.chain.VerifiedAllocation;
import io.granary.protocol.chain.VerifiedClaim;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.deal.DealEvent;
import io.granary.protocol.deal.DealFixtures;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.deal.DealRefusal;
import io.granary.protocol.deal.DealResponse;
import io.granary.protocol.deal.DealState;
import io.granary.protocol.deal.DealTerms;
import io.granary.protocol.port.ChainException;
import io.granary.protocol.port.ChainGateway;
import io.granary.protocol.port.DealBook;
import io.granary.sharding.deal.DirectDeals.Answer;
import io.granary.sharding.deal.DirectDeals.Refused;
import io.granary.sharding.deal.DirectDeals.Request;
import io.granary.sharding.deal.DirectDeals.Taken;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Desks of several nodes over one store, one chain and the same deals. */
class DirectDealDeskTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final ActorId PROVIDER = new ActorId(1000);
  private static final Cid PIECE = Cid.commP(DealFixtures.COMM_P);
  private static final Epoch EXPIRATION = new Epoch(HEAD + 100_000);
  private static final long TERM_MIN = 518_400;

  private final MemoryDealBook book = new MemoryDealBook();
  private final Map<DealId, DealState> states = new ConcurrentHashMap<>();
  private Optional<VerifiedAllocation> allocation = allocation(2048, TERM_MIN + 500_000);
  private Optional<VerifiedClaim> claim = Optional.empty();
  private Optional<ChainException> trouble = Optional.empty();
  private boolean chainSilent;

  private static Optional<VerifiedAllocation> allocation(long paddedBytes, long termMax) {
    return Optional.of(
        new VerifiedAllocation(
            new ActorId(2000), PROVIDER, PIECE, paddedBytes, TERM_MIN, termMax, EXPIRATION));
  }

  private DirectDealDesk desk() {
    DealsSettings settings =
        DealsSettings.from(
                ConfigFactory.parseString(
                        "granary.deals { enabled = on, miner = f01000, limits.under-way-max = 2 }")
                    .withFallback(ConfigFactory.load()))
            .orElseThrow();
    return new DirectDealDesk(
        settings,
        new RulesInForce(settings, book, () -> NOW),
        NetworkPolicy.MAINNET,
        chain(),
        book,
        this::ask,
        () -> NOW,
        () -> new DealId(UUID.randomUUID()));
  }

  private CompletionStage<DealReply> ask(
      DealId id, Function<ActorRef<DealReply>, DealCommand> command) {
    TestInbox<DealReply> inbox = TestInbox.create();
    DealState state = states.getOrDefault(id, new DealState.Unknown());
    if (command.apply(inbox.getRef()) instanceof DealCommand.Propose proposal) {
      if (state instanceof DealState.Known known) {
        return CompletableFuture.completedStage(
            new DealReply.Answered(DealDecisions.answer(known, proposal.terms())));
      }
      states.put(
          id,
          state
              .on(new DealEvent.DealProposed(DealFixtures.stamp(HEAD), proposal.terms()))
              .on(new DealEvent.DealAccepted(DealFixtures.stamp(HEAD))));
      return CompletableFuture.completedStage(new DealReply.Answered(DealResponse.yes()));
    }
    Optional<DealState.Known> known =
        state instanceof DealState.Known there ? Optional.of(there) : Optional.empty();
    return CompletableFuture.completedStage(new DealReply.StateIs(known, 2, ""));
  }

  private ChainGateway chain() {
    return (ChainGateway)
        Proxy.newProxyInstance(
            ChainGateway.class.getClassLoader(),
            new Class<?>[] {ChainGateway.class},
            (proxy, method, arguments) ->
                switch (chainSilent ? "silent" : method.getName()) {
                  case "silent" -> new CompletableFuture<>();
                  case "head" ->
                      CompletableFuture.completedStage(
                          new TipSet(new TipSetKey(List.of()), List.of(), new Epoch(HEAD)));
                  case "lookupId" ->
                      trouble.isPresent()
                          ? CompletableFuture.failedStage(trouble.get())
                          : CompletableFuture.completedStage(new ActorId(2000));
                  case "allocation" -> CompletableFuture.completedStage(allocation);
                  case "claim" -> CompletableFuture.completedStage(claim);
                  case "minerInfo" ->
                      CompletableFuture.completedStage(
                          MinerInfo.of(
                              Address.ofId(100),
                              Address.ofId(100),
                              List.of(),
                              SectorSize.SIZE_2KIB));
                  default -> throw new AssertionError("not asked here: " + method);
                });
  }

  private static Request request() {
    return new Request(
        PIECE,
        OptionalLong.empty(),
        DealFixtures.CLIENT.address(),
        5,
        Optional.empty(),
        Optional.empty(),
        true,
        true);
  }

  private static Request request(Optional<Epoch> start, Optional<Epoch> end) {
    return new Request(PIECE, OptionalLong.of(2048), Address.ofId(2000), 5, start, end, true, true);
  }

  private Answer take(Request request) {
    return desk().take(request).toCompletableFuture().join();
  }

  private DealId taken(Request request) {
    Answer answer = take(request);
    assertThat(answer).isInstanceOf(Taken.class);
    assertThat(((Taken) answer).awaitsData()).isTrue();
    return ((Taken) answer).deal();
  }

  private void assertRefused(Request request, DealRefusal refusal, String message) {
    assertThat(take(request)).isEqualTo(new Refused(refusal, message));
    assertThat(states).isEmpty();
    assertThat(get(book.allocationHolder(PROVIDER, 5))).isEmpty();
  }

  private static <T> T get(CompletionStage<T> stage) {
    return stage.toCompletableFuture().join();
  }

  private DealTerms terms(DealId deal) {
    return ((DealState.Known) states.getOrDefault(deal, new DealState.Unknown())).terms();
  }

  @Test
  void fillsInWhatTheAllocationSays_whenOnlyThatIsNamed() {
    DealId deal = taken(request());
    DealTerms.Contract.Direct contract = (DealTerms.Contract.Direct) terms(deal).contract();
    assertThat(contract.client()).isEqualTo(Address.ofId(2000));
    assertThat(contract.paddedBytes()).isEqualTo(2048);
    assertThat(contract.allocation()).contains(5L);
    assertThat(contract.startEpoch()).isEqualTo(EXPIRATION);
    assertThat(contract.endEpoch()).isEqualTo(EXPIRATION.plus(TERM_MIN));
    assertThat(terms(deal).delivery()).isEqualTo(new DealTerms.Delivery.Imported());
    assertThat(get(book.underWay(PROVIDER)))
        .containsExactly(new DealBook.UnderWay(deal, Address.ofId(2000), 0, NOW));
  }

  @Test
  void startsSooner_whenLeastAndLongestTermAreNear() {
    allocation = allocation(2048, TERM_MIN + 10_000);
    DealTerms terms = terms(taken(request()));
    assertThat(terms.contract().startEpoch()).isEqualTo(new Epoch(HEAD + 10_000));
    assertThat(terms.contract().endEpoch()).isEqualTo(new Epoch(HEAD + 10_000 + TERM_MIN));
  }

  @Test
  void answersWithTheDealThereIs_whenTheSameIsAskedAgain() {
    DealId deal = taken(request());
    assertThat(taken(request())).isEqualTo(deal);
    assertThat(taken(request(Optional.of(EXPIRATION), Optional.empty()))).isEqualTo(deal);
    states.computeIfPresent(
        deal,
        (id, state) ->
            state.on(new DealEvent.DataImported(DealFixtures.stamp(HEAD), DealFixtures.FILE)));
    allocation = Optional.empty();
    assertThat(take(request())).as("claimed meanwhile").isEqualTo(new Taken(deal, false));
    assertThat(states).hasSize(1);
  }

  @Test
  void refusesNamingDealAndFields_whenTheAllocationIsAnotherDeals() {
    DealId deal = taken(request());
    Request other =
        request(Optional.of(EXPIRATION.minus(1)), Optional.of(EXPIRATION.plus(TERM_MIN)));
    assertThat(take(other))
        .isEqualTo(
            new Refused(
                DealRefusal.DUPLICATE,
                "allocation 5 is deal " + deal + "'s, which differs in startEpoch"));
    assertThat(states).hasSize(1);
  }

  @Test
  void answersWithTheDealThereIs_whileTheChainDoesNot() {
    DealId deal = taken(request());
    trouble = Optional.of(new ChainException(ChainException.CONNECTION_LOST, "no node"));
    assertThat(take(request())).as("its client is not looked up").isEqualTo(new Taken(deal, true));
    chainSilent = true;
    Request byId = request(Optional.of(EXPIRATION), Optional.empty());
    assertThat(desk().take(byId).toCompletableFuture()).isCompletedWithValue(new Taken(deal, true));
    Request other =
        new Request(
            PIECE,
            OptionalLong.empty(),
            Address.ofId(2001),
            5,
            Optional.empty(),
            Optional.empty(),
            true,
            true);
    assertThat(desk().take(other).toCompletableFuture())
        .isCompletedWithValue(
            new Refused(
                DealRefusal.DUPLICATE,
                "allocation 5 is deal " + deal + "'s, which differs in client"));
  }

  @Test
  void goesOnWithTheClaimOfADeskThatDied() {
    DealId dead = new DealId(new UUID(7, 7));
    assertThat(get(book.claimAllocation(PROVIDER, 5, dead, NOW)).holder()).isEqualTo(dead);
    assertThat(taken(request())).isEqualTo(dead);
  }

  @Test
  void refusesAndClaimsNothing_whenTheRequestCannotBeADeal() {
    assertRefused(
        request(Optional.of(new Epoch(HEAD + 2_879)), Optional.empty()),
        DealRefusal.START_TOO_EARLY,
        "start epoch 102879 is less than the 2880 epochs after the head 100000 that sealing takes");
    allocation = allocation(4096, TERM_MIN + 500_000);
    assertRefused(
        request(),
        DealRefusal.PIECE_SIZE,
        "a piece of 4096 padded bytes is larger than the miner's sectors of 2048");
    allocation = allocation(1000, TERM_MIN + 500_000);
    assertRefused(
        request(),
        DealRefusal.PIECE_SIZE,
        "piece size: expected a power of two of at least 128 padded bytes, got 1000");
    allocation = Optional.empty();
    assertRefused(request(), DealRefusal.ALLOCATION, "allocation 5 not found for client f02000");
    claim =
        Optional.of(
            new VerifiedClaim(
                PROVIDER,
                new ActorId(2000),
                PIECE,
                2048,
                TERM_MIN,
                TERM_MIN,
                new Epoch(HEAD),
                new SectorNumber(9)));
    assertRefused(
        request(), DealRefusal.ALLOCATION, "allocation 5 is claimed already, by sector 9");
    trouble = Optional.of(new ChainException(1, "actor not found"));
    assertRefused(
        request(),
        DealRefusal.CLIENT_NOT_TAKEN,
        "the chain does not know " + DealFixtures.CLIENT.address());
  }

  @Test
  void takesNoMore_whenAsManyAsMayBeAreUnderWay() {
    for (long number = 1; number <= 2; number++) {
      DealBook.UnderWay other =
          new DealBook.UnderWay(new DealId(new UUID(0, number)), Address.ofId(1), 0, NOW);
      assertThat(book.begin(PROVIDER, other).toCompletableFuture()).isCompleted();
    }
    assertRefused(
        request(),
        DealRefusal.TOO_MANY,
        "2 deals are under way, as many as granary.deals.limits.under-way-max allows");
  }

  @Test
  void fails_whenTheChainCannotBeAsked() {
    trouble = Optional.of(new ChainException(ChainException.CONNECTION_LOST, "no node"));
    assertThatThrownBy(() -> take(request()))
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(ChainException.class);
    assertThat(states).isEmpty();
  }
}
