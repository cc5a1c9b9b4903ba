package io.granary.protocol.deal;

import static io.granary.protocol.deal.DealFixtures.COMM_P;
import static io.granary.protocol.deal.DealFixtures.HEAD;
import static io.granary.protocol.deal.DealFixtures.PROVIDER;
import static org.assertj.core.api.Assertions.assertThat;

import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.NetworkPolicy;
import io.granary.protocol.chain.VerifiedAllocation;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.deal.DealTerms.Contract.Direct;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.piece.PieceInfo;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DirectDealRulesTest {
  private static final Address CLIENT = Address.ofId(2000);
  private static final Cid PIECE = Cid.commP(COMM_P);
  private static final Epoch START = new Epoch(HEAD + 2_880);
  private static final Epoch END = START.plus(600_000);
  private static final long TERM_MAX = 1_051_200;

  private static Direct deal(Optional<Long> allocation, Epoch start, Epoch end) {
    return new Direct(new PieceInfo(COMM_P, 2048), CLIENT, PROVIDER, allocation, start, end);
  }

  private static Direct deal() {
    return deal(Optional.of(5L), START, END);
  }

  private static VerifiedAllocation allocation(long client, long provider) {
    return new VerifiedAllocation(
        new ActorId(client), new ActorId(provider), PIECE, 2048, 518_400, TERM_MAX, START);
  }

  private static VerifiedAllocation of(
      Cid data, long size, long termMin, long termMax, Epoch expiration) {
    return new VerifiedAllocation(
        new ActorId(2000), new ActorId(1000), data, size, termMin, termMax, expiration);
  }

  private static Optional<DealVerdict.Refused> check(
      Direct deal, Optional<VerifiedAllocation> allocation) {
    return new DirectDealRules(PROVIDER, NetworkPolicy.MAINNET, 2_880)
        .check(deal, new Epoch(HEAD), allocation);
  }

  @Test
  void accepts_whenTheAllocationCanBeClaimedOrNoneIsNeeded() {
    assertThat(check(deal(), Optional.of(allocation(2000, 1000)))).isEmpty();
    Direct without = deal(Optional.empty(), START, START.plus(518_400));
    assertThat(check(without, Optional.empty())).isEmpty();
    VerifiedAllocation exact = of(PIECE, 2048, 600_000, 602_880, START);
    assertThat(check(deal(), Optional.of(exact))).as("no epoch to spare").isEmpty();
  }

  static Stream<Arguments> unusable() {
    Cid other = Cid.commP(new Commitment(Bytes.fromHex("12".repeat(32))));
    return Stream.of(
        Arguments.of(
            Optional.empty(), DealRefusal.ALLOCATION, "allocation 5 not found for client f02000"),
        Arguments.of(
            Optional.of(allocation(2001, 1000)),
            DealRefusal.ALLOCATION,
            "allocation 5 not found for client f02000"),
        Arguments.of(
            Optional.of(allocation(2000, 1001)),
            DealRefusal.ALLOCATION,
            "allocation provider f01001 does not match miner address f01000"),
        Arguments.of(
            Optional.of(of(other, 2048, 518_400, TERM_MAX, START)),
            DealRefusal.PIECE_CID,
            "allocation 5 is for piece " + other + ", not " + PIECE),
        Arguments.of(
            Optional.of(of(PIECE, 4096, 518_400, TERM_MAX, START)),
            DealRefusal.PIECE_SIZE,
            "allocation 5 is for a piece of 4096 padded bytes, not 2048"),
        Arguments.of(
            Optional.of(of(PIECE, 2048, 518_400, TERM_MAX, START.minus(1))),
            DealRefusal.ALLOCATION,
            "allocation expires at epoch 102879 before the deal's start 102880"),
        Arguments.of(
            Optional.of(of(PIECE, 2048, 3_679_741, 5_256_000, START)),
            DealRefusal.ALLOCATION,
            "allocation term min 3679741 is longer than the sector lifetime 3679740"),
        Arguments.of(
            Optional.of(of(PIECE, 2048, 600_001, TERM_MAX, START)),
            DealRefusal.DURATION,
            "deal duration 600000 is shorter than the allocation's term min 600001"),
        Arguments.of(
            Optional.of(of(PIECE, 2048, 518_400, 602_879, START)),
            DealRefusal.END_TOO_LATE,
            "end epoch 702880 is 602880 epochs after the head, beyond the allocation's term max"
                + " 602879"));
  }

  @ParameterizedTest
  @MethodSource("unusable")
  void refuses_whenTheAllocationCannotBeClaimed(
      Optional<VerifiedAllocation> allocation, DealRefusal refusal, String message) {
    assertThat(check(deal(), allocation)).contains(new DealVerdict.Refused(refusal, message));
  }

  @Test
  void refuses_whenItsTermsCannotBe() {
    assertRefusal(deal(Optional.of(5L), START.minus(1), END), DealRefusal.START_TOO_EARLY);
    assertRefusal(deal(Optional.of(5L), START, START), DealRefusal.EPOCHS);
    assertRefusal(
        deal(Optional.of(5L), START, new Epoch(HEAD + 3_680_641)), DealRefusal.END_TOO_LATE);
    assertRefusal(deal(Optional.empty(), START, START.plus(518_399)), DealRefusal.DURATION);
    Direct elsewhere =
        new Direct(
            new PieceInfo(COMM_P, 2048), CLIENT, Address.ofId(1001), Optional.empty(), START, END);
    assertRefusal(elsewhere, DealRefusal.PROVIDER);
  }

  private static void assertRefusal(Direct deal, DealRefusal refusal) {
    assertThat(check(deal, Optional.of(allocation(2000, 1000))))
        .map(DealVerdict.Refused::refusal)
        .contains(refusal);
  }
}
