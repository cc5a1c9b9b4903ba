package io.granary.sharding.deal;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.protocol.ActorId;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.deal.DealResponse;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Many proposals that are judged at once on one node, at a bound that has room for some of them.
 */
class ProposalsAtOnceTest extends DeskStage {
  private static final int ROOM = 3;
  private static final int PROPOSALS = 40;
  private static final String BUSY =
      "deal rejected due to backpressure. Please retry in some time.";

  /** What has room for three of the proposals, and the answer to the others. */
  enum Bound {
    UNDER_WAY("limits.under-way-max = 3", BUSY),
    OF_CLIENT("limits.under-way-per-client-max = 3", BUSY),
    SET_FOR_CLIENT("clients.under-way-max = [\"f02000=3\"]", BUSY),
    STAGING(
        "limits.staging-bytes-max = 7999",
        "server error: provider has no space left for storage deals"),
    CLIENT_ESCROW("", "failed validation: client available funds in escrow"),
    DATA_CAP("", "failed validation: verified deal DataCap"),
    PROVIDER_ESCROW("", "server error: provider has insufficient funds to accept deal"),
    PAYER(
        "publish.escrow { message-max = \"1000000\", daily-max = \"480\" }",
        "server error: provider has insufficient funds to accept deal");

    private final String setting;
    private final String refusal;

    Bound(String setting, String refusal) {
      this.setting = setting;
      this.refusal = refusal;
    }
  }

  private LocalDealDesk desk(Bound bound) {
    TokenAmount one = lasting(PROPOSALS).clientRequirement();
    switch (bound) {
      case CLIENT_ESCROW ->
          clientFree = new TokenAmount(one.atto().multiply(BigInteger.valueOf(ROOM)));
      case DATA_CAP -> dataCap = 2048 * ROOM + 2047;
      case PROVIDER_ESCROW -> providerFree = TokenAmount.ofAtto(120 * ROOM + 119);
      case PAYER -> {
        providerFree = TokenAmount.ZERO;
        payerHolds = TokenAmount.ofAtto(120 * ROOM + 119);
      }
      default -> {
        // The setting says it.
      }
    }
    return desk(
        "granary.deals.limits { under-way-max = 1000, under-way-per-client-max = 1000 }",
        bound.setting.isEmpty() ? "" : "granary.deals." + bound.setting);
  }

  @ParameterizedTest
  @EnumSource(Bound.class)
  void acceptsWhatThereIsRoomFor_whenEachReadBeforeAnyWasAccepted(Bound bound) {
    List<Runnable> checks = new ArrayList<>();
    judges = checks::add;
    LocalDealDesk desk = desk(bound);
    List<CompletableFuture<DealResponse>> answers = propose(desk);
    assertThat(checks).as("each has read what is under way").hasSize(PROPOSALS);
    checks.forEach(Runnable::run);
    expectRoomWasTaken(answers, bound);
  }

  @ParameterizedTest
  @EnumSource(Bound.class)
  void acceptsWhatThereIsRoomFor_whenManyThreadsJudge(Bound bound) {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      judges = threads;
      book.readable = new CompletableFuture<>();
      LocalDealDesk desk = desk(bound);
      List<CompletableFuture<DealResponse>> answers = propose(desk);
      book.readable.complete(null);
      expectRoomWasTaken(answers, bound);
    } finally {
      threads.shutdownNow();
    }
  }

  private List<CompletableFuture<DealResponse>> propose(LocalDealDesk desk) {
    List<CompletableFuture<DealResponse>> answers = new ArrayList<>();
    for (int i = 1; i <= PROPOSALS; i++) {
      answers.add(desk.propose(online(id(i), lasting(i))).toCompletableFuture());
    }
    return answers;
  }

  private void expectRoomWasTaken(List<CompletableFuture<DealResponse>> answers, Bound bound) {
    List<DealResponse> all = answers.stream().map(CompletableFuture::join).toList();
    assertThat(all.stream().filter(DealResponse::accepted)).hasSize(ROOM);
    assertThat(all.stream().filter(answer -> !answer.accepted()))
        .allSatisfy(answer -> assertThat(answer.message()).startsWith(bound.refusal));
    assertThat(states).hasSize(ROOM);
    assertThat(get(book.underWay(new ActorId(1000)))).hasSize(ROOM);
  }

  @Test
  void takesTheNext_whenWhatWasHeldForAnotherCameToNothing() {
    LocalDealDesk desk = desk("granary.deals.limits.under-way-max = 1");
    full = true;
    assertThat(get(desk.propose(online(id(1), lasting(1)))).accepted()).isFalse();
    full = false;
    assertThat(get(desk.propose(online(id(2), lasting(2)))).accepted()).isTrue();
    boolean ended = get(book.end(new ActorId(1000), id(2)).thenApply(done -> true));
    assertThat(ended).isTrue();
    assertThat(get(desk.propose(online(id(3), lasting(3)))).accepted()).isTrue();
  }
}
