package io.granary.sharding.deal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.actor.typed.DispatcherSelector;
import com.typesafe.config.ConfigFactory;
import io.granary.protocol.ActorId;
import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.ClientDealProposal;
import io.granary.protocol.actor.DealProposal;
import io.granary.protocol.address.Address;
import io.granary.protocol.deal.AskRequest;
import io.granary.protocol.deal.Checkpoint;
import io.granary.protocol.deal.DealFixtures;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.deal.DealParams;
import io.granary.protocol.deal.DealResponse;
import io.granary.protocol.deal.DealState;
import io.granary.protocol.deal.DealStatus;
import io.granary.protocol.deal.DealStatusRequest;
import io.granary.protocol.deal.DealStatusResponse;
import io.granary.protocol.deal.SignedStorageAsk;
import io.granary.protocol.port.ChainException;
import io.granary.protocol.port.DealBook;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocalDealDeskTest extends DeskStage {
  @Test
  void acceptsOnce_whenTheSameProposalComesAgain() {
    LocalDealDesk desk = desk();
    DealParams params = online(id(1), lasting(0));
    assertThat(get(desk.propose(params))).isEqualTo(DealResponse.yes());
    assertThat(get(book.underWay(new ActorId(1000))))
        .containsExactly(
            new DealBook.UnderWay(
                id(1), Address.ofId(2000), 2000, DealBook.Needs.of(lasting(0)), NOW));
    clientTrouble = Optional.of(new ChainException(ChainException.CONNECTION_LOST, "gone"));
    assertThat(get(desk.propose(params))).as("without the chain").isEqualTo(DealResponse.yes());
  }

  @Test
  void answersAKnownDeal_whileTheChainIsSilentAndAllThatMayBeAreJudged() {
    LocalDealDesk desk = desk("granary.deals.limits.proposals-max = 2");
    DealParams known = online(id(1), lasting(1));
    assertThat(get(desk.propose(known)).accepted()).isTrue();
    chainSilent = true;
    assertThat(desk.propose(known).toCompletableFuture()).isCompletedWithValue(DealResponse.yes());
    CompletionStage<DealResponse> first = desk.propose(online(id(2), lasting(2)));
    CompletionStage<DealResponse> second = desk.propose(online(id(3), lasting(3)));
    assertThat(List.of(first, second))
        .allSatisfy(stage -> assertThat(stage.toCompletableFuture()).isNotDone());
    assertThat(desk.propose(known).toCompletableFuture())
        .as("while as many as may are judged")
        .isCompletedWithValue(DealResponse.yes());
    assertThat(get(desk.propose(online(id(1), lasting(4)))).message())
        .isEqualTo("deal has the same uuid as deal " + id(1));
    assertThat(get(desk.propose(online(id(4), lasting(4)))).message())
        .isEqualTo("deal rejected due to backpressure. Please retry in some time.");
  }

  @Test
  void answersADealWithARow_whileWhatIsUnderWayCannotBeRead() {
    LocalDealDesk desk = desk();
    DealParams known = online(id(1), lasting(1));
    assertThat(get(desk.propose(known)).accepted()).isTrue();
    boolean put =
        get(
            book.put(
                    new ActorId(1000),
                    new DealBook.Row(
                        id(1), "Transferring", 2, NOW, Address.ofId(2000), "", 2048, 1, ""))
                .thenApply(done -> true));
    assertThat(put).isTrue();
    book.underWayReadable = new CompletableFuture<>();
    assertThat(desk.propose(known).toCompletableFuture()).isCompletedWithValue(DealResponse.yes());
  }

  /** Each would be a trip of its own to the store or the chain. */
  @Test
  void asksStoreAndChainAtOnce_whenAProposalComes() {
    book.readable = new CompletableFuture<>();
    CompletableFuture<DealResponse> answer =
        desk().propose(online(id(1), lasting(0))).toCompletableFuture();
    assertThat(answer).isNotDone();
    assertThat(book.reads).containsExactlyInAnyOrder("row", "under way", "rules");
    assertThat(chainAsked).contains("head", "accountKey", "minerInfo", "marketBalance");
    book.readable.complete(null);
    assertThat(answer.join().accepted()).isTrue();
  }

  @Test
  void readsWhatIsUnderWayOnce_forAllThatComeMeanwhile() {
    LocalDealDesk desk = desk("granary.deals.limits.under-way-per-client-max = 3");
    book.readable = new CompletableFuture<>();
    List<CompletableFuture<DealResponse>> answers = new ArrayList<>();
    for (int i = 1; i <= 3; i++) {
      answers.add(desk.propose(online(id(i), lasting(i))).toCompletableFuture());
    }
    book.readable.complete(null);
    assertThat(answers).allSatisfy(answer -> assertThat(answer.join().accepted()).isTrue());
    assertThat(book.reads.stream().filter("under way"::equals)).hasSize(2);
    assertThat(states).hasSize(3);
  }

  @Test
  void refusesInBoostsWords_whenTheProposalHasAnotherIdAlready() {
    assertThat(get(desk().propose(online(id(1), lasting(0)))).accepted()).isTrue();
    assertThat(get(desk().propose(online(id(2), lasting(0)))))
        .as("at another desk")
        .isEqualTo(
            DealResponse.no(
                "deal proposal is identical to deal " + id(1) + " (proposed at " + NOW + ")"));
    assertThat(get(desk().propose(online(id(1), lasting(1)))))
        .isEqualTo(DealResponse.no("deal has the same uuid as deal " + id(1)));
  }

  @Test
  void asksToComeAgain_whenAClientHasTooManyUnderWay() {
    LocalDealDesk desk = desk();
    assertThat(get(desk.propose(online(id(1), lasting(1)))).accepted()).isTrue();
    assertThat(get(desk.propose(online(id(2), lasting(2)))).accepted()).isTrue();
    assertThat(get(desk.propose(online(id(3), lasting(3)))))
        .isEqualTo(
            DealResponse.no("deal rejected due to backpressure. Please retry in some time."));
    assertThat(states).doesNotContainKey(id(3));
    boolean ended = get(book.end(new ActorId(1000), id(1)).thenApply(done -> true));
    assertThat(ended).isTrue();
    assertThat(get(desk.propose(online(id(3), lasting(3)))).accepted()).isTrue();
  }

  @Test
  void judgesByWhatAnOperatorSet() {
    LocalDealDesk desk = desk("granary.deals.rules-kept = 0s");
    RulesInForce rules =
        new RulesInForce(DealsSettings.from(config()).orElseThrow(), book, () -> now);
    assertThat(get(desk.propose(online(id(1), lasting(1)))).accepted()).isTrue();
    assertThat(get(rules.change(0, Map.of("clients.under-way-max", List.of("f02000=1")))))
        .isPresent();
    assertThat(get(desk.propose(online(id(2), lasting(2)))).message())
        .as("by another name of the client")
        .startsWith("deal rejected due to backpressure");
    assertThat(get(rules.change(1, Map.of("kinds.online", "off")))).isPresent();
    assertThat(get(desk.propose(online(id(2), lasting(2)))).message())
        .isEqualTo("miner is not considering online storage deals");
    AskRequest ours = new AskRequest(Optional.of(DealFixtures.PROVIDER));
    assertThat(get(desk.ask(ours)).ask()).isPresent();
    String price = "12345000000000";
    assertThat(get(rules.change(2, Map.of("ask.price", price, "ask.verified-price", price))))
        .isPresent();
    assertThat(get(desk.ask(ours)).ask().orElseThrow().ask().price())
        .as("signed anew")
        .isEqualTo(TokenAmount.parse(price));
    assertThat(get(desk.propose(online(id(3), lasting(3)))).message())
        .startsWith("failed validation: storage price per epoch less than asking price");
  }

  @Test
  void countsAClientOnce_whicheverOfItsAddressesItsProposalsName() {
    LocalDealDesk desk = desk();
    assertThat(get(desk.propose(online(id(1), lasting(1)))).accepted()).isTrue();
    assertThat(get(desk.propose(online(id(2), lasting(2, Address.ofId(2000))))).accepted())
        .isTrue();
    assertThat(get(desk.propose(online(id(3), lasting(3, Address.ofId(2000))))).accepted())
        .isFalse();
    assertThat(get(desk.propose(online(id(3), lasting(3)))).accepted()).isFalse();
    boolean ended = get(book.end(new ActorId(1000), id(1)).thenApply(done -> true));
    DealBook.UnderWay old = new DealBook.UnderWay(id(4), DealFixtures.CLIENT.address(), 0, NOW);
    boolean begun = get(book.begin(new ActorId(1000), old).thenApply(done -> true));
    assertThat(ended && begun).isTrue();
    assertThat(get(desk.propose(online(id(3), lasting(3, Address.ofId(2000))))).accepted())
        .as("beside one of 0.1.0, as its proposal names the client")
        .isFalse();
  }

  /** Until it is published: then the chain has taken it. */
  @Test
  void refuses_whenOtherDealsWillTakeWhatTheClientHas() {
    TokenAmount one = lasting(1).clientRequirement();
    clientFree = one.plus(lasting(2).clientRequirement()).minus(TokenAmount.ofAtto(1));
    LocalDealDesk desk = desk();
    assertThat(get(desk.propose(online(id(1), lasting(1)))).accepted()).isTrue();
    assertThat(get(desk.propose(online(id(2), lasting(2, Address.ofId(2000))))).message())
        .isEqualTo(
            "failed validation: client available funds in escrow "
                + clientFree.minus(one)
                + " not enough to meet storage cost for deal "
                + lasting(2).clientRequirement());
    boolean published = get(book.published(new ActorId(1000), id(1)).thenApply(done -> true));
    assertThat(published).isTrue();
    assertThat(get(desk.propose(online(id(2), lasting(2)))).accepted()).isTrue();
  }

  @Test
  void refuses_whenOtherDealsWillTakeTheDataCap() {
    dataCap = 2048 + 2047;
    LocalDealDesk desk = desk();
    assertThat(get(desk.propose(online(id(1), lasting(1)))).accepted()).isTrue();
    assertThat(get(desk.propose(online(id(2), lasting(2)))).message())
        .isEqualTo(
            "failed validation: verified deal DataCap 2047 too small for proposed piece size 2048");
  }

  @Test
  void refuses_whenOtherDealsWillTakeTheProvidersEscrow() {
    providerFree = TokenAmount.ofAtto(239);
    LocalDealDesk desk = desk();
    assertThat(get(desk.propose(online(id(1), lasting(1)))).accepted()).isTrue();
    assertThat(get(desk.propose(online(id(2), lasting(2)))).message())
        .isEqualTo("server error: provider has insufficient funds to accept deal");
    providerFree = TokenAmount.ofAtto(240);
    assertThat(get(desk.propose(online(id(2), lasting(2)))).accepted()).isTrue();
  }

  @Test
  void refuses_whenStagingIsFull() {
    LocalDealDesk desk = desk("granary.deals.limits.staging-bytes-max = 3999");
    assertThat(get(desk.propose(online(id(1), lasting(1)))).accepted()).isTrue();
    assertThat(get(desk.propose(online(id(2), lasting(2)))).message())
        .isEqualTo("server error: provider has no space left for storage deals");
  }

  @Test
  void refuses_whenTheProvidersEscrowIsEmptyAndNothingAddsToIt() {
    providerFree = TokenAmount.ofAtto(119);
    payerHolds = TokenAmount.ofFil(1);
    assertThat(get(desk().propose(online(id(1), lasting(0)))))
        .isEqualTo(DealResponse.no("server error: provider has insufficient funds to accept deal"));
    assertThat(get(book.underWay(new ActorId(1000)))).isEmpty();
    providerFree = TokenAmount.ofAtto(120);
    assertThat(get(desk().propose(online(id(1), lasting(0)))).accepted()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "120, 120, 120, true",
    "119, 120, 120, false",
    "120, 119, 120, false",
    "120, 120, 119, false",
    "120, 120, 0, false"
  })
  void countsWhatThePayerHolds_onlyUpToTheCeilingsOfTheTopUp(
      long holds, String messageMax, String dailyMax, boolean accepted) {
    providerFree = TokenAmount.ZERO;
    payerHolds = TokenAmount.ofAtto(holds);
    LocalDealDesk desk =
        desk(
            "granary.deals.publish.escrow.message-max = \"" + messageMax + '"',
            "granary.deals.publish.escrow.daily-max = \"" + dailyMax + '"');
    assertThat(get(desk.propose(online(id(1), lasting(0)))).accepted()).isEqualTo(accepted);
  }

  @Test
  void keepsNoPlace_whenTheDealsNodeHasNoRoom() {
    full = true;
    assertThat(get(desk().propose(online(id(1), lasting(1)))).message())
        .isEqualTo("server error: provider has no space left for storage deals");
    assertThat(get(book.underWay(new ActorId(1000)))).isEmpty();
    full = false;
    assertThat(get(desk().propose(online(id(1), lasting(1)))).accepted()).isTrue();
  }

  @Test
  void claimsNothing_whenARuleIsBroken() {
    DealParams cheap =
        online(
            id(1),
            new DealProposal(
                lasting(0).piece(),
                2048,
                true,
                DealFixtures.CLIENT.address(),
                Address.ofId(1001),
                lasting(0).label(),
                lasting(0).startEpoch(),
                lasting(0).endEpoch(),
                TokenAmount.ofAtto(1_000),
                TokenAmount.ofAtto(120),
                TokenAmount.ZERO));
    assertThat(get(desk().propose(cheap)).message())
        .startsWith("failed validation: incorrect provider for deal");
    assertThat(get(book.underWay(new ActorId(1000)))).isEmpty();
    assertThat(states).isEmpty();
  }

  @Test
  void tellsTheChainsTrouble_whenItDoesNotKnowTheClient() {
    clientTrouble = Optional.of(new ChainException(1, "actor not found"));
    assertThat(get(desk().propose(online(id(1), lasting(0)))))
        .isEqualTo(DealResponse.no("server error: actor not found"));
  }

  @Test
  void fails_whenTheChainCannotBeAsked() {
    clientTrouble = Optional.of(new ChainException(ChainException.CONNECTION_LOST, "no node"));
    CompletionStage<DealResponse> answer = desk().propose(online(id(1), lasting(0)));
    assertThatThrownBy(() -> get(answer))
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(ChainException.class);
  }

  @Test
  void tellsTheStatus_onlyToWhoSignsWithTheClientsKey() {
    LocalDealDesk desk = desk();
    assertThat(get(desk.propose(online(id(1), lasting(0)))).accepted()).isTrue();
    DealStatusRequest signed =
        new DealStatusRequest(id(1), Optional.of(DealFixtures.CLIENT.sign(id(1).bytes())));
    assertThat(get(desk.status(signed)).status().map(DealStatus::status))
        .contains(Checkpoint.ACCEPTED.text());
    assertThat(get(desk.status(new DealStatusRequest(id(1), Optional.empty()))))
        .isEqualTo(DealStatusResponse.unsigned(id(1)));
    assertThat(get(desk.status(new DealStatusRequest(id(2), signed.signature()))))
        .isEqualTo(DealStatusResponse.unknown(id(2)));
    clientTrouble = Optional.of(new ChainException(1, "actor not found"));
    assertThat(get(desk.status(signed)))
        .isEqualTo(DealStatusResponse.keyless(id(1), Address.ofId(2000)));
  }

  // Signatures

  private static DealStatusRequest signedQuestion(DealId id) {
    return new DealStatusRequest(id, Optional.of(DealFixtures.CLIENT.sign(id.bytes())));
  }

  @Test
  void answersWhatNeedsNoCheck_whileAllChecksAreSlow() {
    assertThat(get(desk().propose(online(id(1), lasting(1)))).accepted()).isTrue();
    List<Runnable> slow = new ArrayList<>();
    judges = slow::add;
    LocalDealDesk desk = desk();
    CompletionStage<DealResponse> proposed = desk.propose(online(id(2), lasting(2)));
    CompletionStage<DealStatusResponse> asked = desk.status(signedQuestion(id(1)));
    assertThat(get(desk.propose(online(id(1), lasting(1)))))
        .as("a deal that is known")
        .isEqualTo(DealResponse.yes());
    assertThat(get(desk.status(new DealStatusRequest(id(1), Optional.empty()))))
        .isEqualTo(DealStatusResponse.unsigned(id(1)));
    assertThat(proposed.toCompletableFuture()).isNotDone();
    assertThat(asked.toCompletableFuture()).isNotDone();
    assertThat(states).as("nothing is stored unchecked").containsOnlyKeys(id(1));
    assertThat(get(book.underWay(new ActorId(1000)))).hasSize(1);
    assertThat(slow).hasSize(2).allSatisfy(Runnable::run);
    assertThat(get(proposed)).isEqualTo(DealResponse.yes());
    assertThat(get(asked).status()).isPresent();
  }

  @Test
  void checksAtTheSameTime_onTheDispatcherOfItsOwn() {
    Executor dispatcher =
        kit.system().dispatchers().lookup(DispatcherSelector.fromConfig(LocalDealDesk.JUDGES));
    CyclicBarrier both = new CyclicBarrier(2);
    List<String> threads = Collections.synchronizedList(new ArrayList<>());
    judges =
        check ->
            dispatcher.execute(
                () -> {
                  threads.add(Thread.currentThread().getName());
                  meet(both);
                  check.run();
                });
    LocalDealDesk desk = desk();
    CompletionStage<DealResponse> one = desk.propose(online(id(1), lasting(1)));
    CompletionStage<DealResponse> other = desk.propose(online(id(2), lasting(2)));
    assertThat(get(one)).isEqualTo(DealResponse.yes());
    assertThat(get(other)).isEqualTo(DealResponse.yes());
    assertThat(threads).hasSize(2).allMatch(name -> name.contains(LocalDealDesk.JUDGES));
  }

  /** Fails the check, and with it the proposal, when the other never comes. */
  private static void meet(CyclicBarrier barrier) {
    try {
      barrier.await(20, TimeUnit.SECONDS);
    } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
      throw new IllegalStateException("the checks ran one after the other", e);
    }
  }

  @Test
  void makesOneDeal_whenCopiesOfAProposalAreCheckedAtOnceInAnyOrder() {
    List<Runnable> checks = new ArrayList<>();
    judges = checks::add;
    LocalDealDesk desk = desk();
    CompletionStage<DealResponse> first = desk.propose(online(id(1), lasting(1)));
    CompletionStage<DealResponse> again = desk.propose(online(id(1), lasting(1)));
    CompletionStage<DealResponse> otherId = desk.propose(online(id(2), lasting(1)));
    assertThat(checks).hasSize(3);
    checks.get(1).run();
    assertThat(get(again)).isEqualTo(DealResponse.yes());
    assertThat(states.get(id(1))).isInstanceOf(DealState.Transferring.class);
    checks.get(2).run();
    checks.get(0).run();
    assertThat(get(first)).isEqualTo(DealResponse.yes());
    assertThat(get(otherId).message()).startsWith("deal proposal is identical to deal " + id(1));
    assertThat(states).containsOnlyKeys(id(1));
    assertThat(get(book.underWay(new ActorId(1000)))).hasSize(1);
  }

  @Test
  void asksToComeAgain_whenAsManyChecksWaitAsMay() {
    List<Runnable> checks = new ArrayList<>();
    judges = checks::add;
    LocalDealDesk desk = desk("granary.deals.limits.proposals-max = 2");
    CompletionStage<DealResponse> first = desk.propose(online(id(1), lasting(1)));
    CompletionStage<DealResponse> second = desk.propose(online(id(2), lasting(2)));
    assertThat(get(desk.propose(online(id(3), lasting(3)))))
        .isEqualTo(
            DealResponse.no("deal rejected due to backpressure. Please retry in some time."));
    assertThat(checks).hasSize(2).allSatisfy(Runnable::run);
    assertThat(get(first)).isEqualTo(DealResponse.yes());
    assertThat(get(second)).isEqualTo(DealResponse.yes());
    boolean ended = get(book.end(new ActorId(1000), id(1)).thenApply(done -> true));
    assertThat(ended).isTrue();
    CompletionStage<DealResponse> third = desk.propose(online(id(3), lasting(3)));
    checks.get(2).run();
    assertThat(get(third)).as("as soon as there is room").isEqualTo(DealResponse.yes());
  }

  @Test
  void wakesNoDeal_whenNobodyWhoMaySigned() {
    LocalDealDesk desk = desk();
    DealParams like = online(id(1), lasting(0));
    ClientDealProposal signed = like.proposal().orElseThrow();
    DealParams forged =
        new DealParams(
            id(1),
            like.transfer(),
            like.offline(),
            like.dataRoot(),
            like.skipIpniAnnounce(),
            Optional.of(new ClientDealProposal(lasting(1), signed.clientSignature())),
            like.removeUnsealedCopy());
    assertThat(get(desk.propose(forged)))
        .isEqualTo(DealResponse.no("failed validation: invalid signature"));
    DealStatusRequest stranger =
        new DealStatusRequest(id(1), Optional.of(DealFixtures.CLIENT.sign(id(1).bytes())));
    assertThat(get(desk.status(stranger))).isEqualTo(DealStatusResponse.unknown(id(1)));
    assertThat(woken).isEmpty();

    assertThat(get(desk.propose(like)).accepted()).isTrue();
    assertThat(woken).containsExactly(id(1));
    assertThat(
            get(
                desk.status(
                    new DealStatusRequest(
                        id(1), Optional.of(DealFixtures.CLIENT.sign(id(2).bytes()))))))
        .isEqualTo(DealStatusResponse.unsigned(id(1)));
    assertThat(woken).as("by a signature of something else").containsExactly(id(1));
    assertThat(get(desk.status(stranger)).error()).isEmpty();
    assertThat(woken).containsExactly(id(1), id(1));
  }

  @Test
  void refuses_whenNoSectorTakesThePiece() {
    DealProposal like = lasting(0);
    DealProposal large =
        new DealProposal(
            like.piece(),
            4096,
            true,
            like.client(),
            like.provider(),
            like.label(),
            like.startEpoch(),
            like.endEpoch(),
            like.pricePerEpoch(),
            like.providerCollateral(),
            like.clientCollateral());
    assertThat(get(desk().propose(online(id(1), large))))
        .isEqualTo(
            DealResponse.no(
                "failed validation: piece size more than maximum allowed size: 4096 > 2048"));
  }

  @Test
  void signsTheAskOnce_whileItIsFresh() {
    LocalDealDesk desk = desk();
    AskRequest ours = new AskRequest(Optional.of(DealFixtures.PROVIDER));
    SignedStorageAsk ask = get(desk.ask(ours)).ask().orElseThrow();
    assertThat(ask.signedBy(DealFixtures.CLIENT.address())).isTrue();
    assertThat(ask.ask().expiry()).isEqualTo(new Epoch(DealFixtures.HEAD + 1_000_000));
    assertThat(ask.ask().maxPieceBytes()).as("of a sector").isEqualTo(2048);
    assertThat(get(desk.ask(ours)).ask()).contains(ask);
    assertThat(signatures).isEqualTo(1);
    now = NOW.plusSeconds(3600);
    assertThat(get(desk.ask(ours)).ask()).isPresent();
    assertThat(signatures).isEqualTo(2);
    assertThat(get(desk.ask(new AskRequest(Optional.of(Address.ofId(1))))).ask()).isEmpty();
  }

  // Settings

  @Test
  void servesNothing_unlessEnabled() {
    assertThat(DealsSettings.from(ConfigFactory.load())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "miner = x, granary.deals.miner",
    "miner ="
        + " f3sughivcwi2hgwzfh3nzqjkokt62tadxg4cw7zyrpbpf4uoyegaky6w3ymvoqjygbtkzlwhgl7hugnty3ngka,"
        + " granary.deals.miner",
    "ask.price = x, granary.deals.ask.price",
    "ask.verified-price = \"-1\", granary.deals.ask.verified-price",
    "ask.piece-bytes-min = 1, granary.deals.ask.piece-bytes-min",
    "ask.piece-bytes-max = 1, granary.deals.ask.piece-bytes-max",
    "ask.valid-epochs = 0, granary.deals.ask.valid-epochs",
    "clients.deny = [x], granary.deals.clients.deny",
    "collateral-factor-max = 0, granary.deals.collateral-factor-max",
    "seal-epochs = -1, granary.deals.seal-epochs",
    "start-ahead-epochs-max = 0, granary.deals.start-ahead-epochs-max",
    "limits.under-way-max = 0, granary.deals.limits.under-way-max",
    "limits.proposals-max = 0, granary.deals.limits.proposals-max",
    "judge-dispatcher.thread-pool-executor.core-pool-size-min = 0,"
        + " granary.deals.judge-dispatcher.thread-pool-executor.core-pool-size-min",
    "judge-dispatcher.thread-pool-executor.core-pool-size-max = 0,"
        + " granary.deals.judge-dispatcher.thread-pool-executor.core-pool-size-max",
    "transfer.retry-delay-min = 0s, granary.deals.transfer.retry-delay-min",
    "transfer.retry-delay-max = 1ms, granary.deals.transfer.retry-delay-max",
    "finality-epochs = 0, granary.deals.finality-epochs",
    "refused-retries-max = -1, granary.deals.refused-retries-max",
    "rest-look-epochs = 0, granary.deals.rest-look-epochs",
    "answer-timeout = 0s, granary.deals.answer-timeout"
  })
  void namesTheKey_whenItsValueIsRefused(String setting, String key) {
    assertThatThrownBy(() -> DealsSettings.from(config("granary.deals." + setting)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(key + ":");
  }
}
