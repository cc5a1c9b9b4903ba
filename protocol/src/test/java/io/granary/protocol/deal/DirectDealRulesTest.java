package io.granary.protocol.deal;

import static io.granary.protocol.deal.DealFixtures.COMM_P;
import static io.granary.protocol.deal.DealFixtures.HEAD;
import static io.granary.protocol.deal.DealFixtures.PROVIDER;
import static org.assertj.core.api.Assertions.assertThat;

import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.NetworkPolicy;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.deal.DealTerms.Contract.Direct;
import io.granary.protocol.deal.DirectDealRules.Allocation;
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

  private static Direct deal(Optional<Long> allocation, Epoch start, Epoch end) {
    return new Direct(new PieceInfo(COMM_P, 2048), CLIENT, PROVIDER, allocation, start, end);
  }

  private static Direct deal() {
    return deal(Optional.of(5L), START, END);
  }

  private static Allocation allocation(Address client, Address provider) {
    return new Allocation(client, provider, PIECE, 2048, 518_400, START);
  }

  private static Allocation of(Cid data, long size, long termMin, Epoch expiration) {
    return new Allocation(CLIENT, PROVIDER, data, size, termMin, expiration);
  }

  private static Optional<DealVerdict.Refused> check(
      Direct deal, Optional<Allocation> allocation, boolean other) {
    return new DirectDealRules(PROVIDER, NetworkPolicy.MAINNET, 2_880)
        .check(deal, new Epoch(HEAD), allocation, other);
  }

  @Test
  void accepts_whenTheAllocationCanBeClaimedOrNoneIsNeeded() {
    assertThat(check(deal(), Optional.of(allocation(CLIENT, PROVIDER)), false)).isEmpty();
    Direct without = deal(Optional.empty(), START, START.plus(518_400));
    assertThat(check(without, Optional.empty(), true)).isEmpty();
  }

  static Stream<Arguments> unusable() {
    Cid other = Cid.commP(new Commitment(Bytes.fromHex("12".repeat(32))));
    return Stream.of(
        Arguments.of(Optional.empty(), "allocation 5 not found for client f02000"),
        Arguments.of(
            Optional.of(allocation(Address.ofId(2001), PROVIDER)),
            "allocation 5 not found for client f02000"),
        Arguments.of(
            Optional.of(allocation(CLIENT, Address.ofId(1001))),
            "allocation provider f01001 does not match miner address f01000"),
        Arguments.of(
            Optional.of(of(other, 2048, 518_400, START)),
            "allocation is for piece " + other + " of 2048 bytes"),
        Arguments.of(
            Optional.of(of(PIECE, 4096, 518_400, START)),
            "allocation is for piece " + PIECE + " of 4096 bytes"),
        Arguments.of(
            Optional.of(of(PIECE, 2048, 518_400, START.minus(1))),
            "allocation expires at epoch 102879 before the deal's start"),
        Arguments.of(
            Optional.of(of(PIECE, 2048, 3_679_741, START)),
            "allocation term min 3679741 is longer than the sector lifetime 3679740"));
  }

  @ParameterizedTest
  @MethodSource("unusable")
  void refuses_whenTheAllocationCannotBeClaimed(Optional<Allocation> allocation, String message) {
    assertThat(check(deal(), allocation, false))
        .contains(new DealVerdict.Refused(DealRefusal.ALLOCATION, message));
  }

  @Test
  void refuses_whenAnotherDealIsAboutToClaimIt() {
    assertThat(check(deal(), Optional.of(allocation(CLIENT, PROVIDER)), true))
        .contains(
            new DealVerdict.Refused(
                DealRefusal.DUPLICATE,
                "another deal for client f02000 and allocation 5 is already in process"));
  }

  @Test
  void refuses_whenItsTermsCannotBe() {
    assertRefusal(deal(Optional.of(5L), START.minus(1), END), DealRefusal.START_TOO_EARLY);
    assertRefusal(deal(Optional.of(5L), START, START), DealRefusal.EPOCHS);
    assertRefusal(deal(Optional.empty(), START, START.plus(518_399)), DealRefusal.DURATION);
    Direct elsewhere =
        new Direct(
            new PieceInfo(COMM_P, 2048), CLIENT, Address.ofId(1001), Optional.empty(), START, END);
    assertRefusal(elsewhere, DealRefusal.PROVIDER);
  }

  private static void assertRefusal(Direct deal, DealRefusal refusal) {
    assertThat(check(deal, Optional.of(allocation(CLIENT, PROVIDER)), false))
        .map(DealVerdict.Refused::refusal)
        .contains(refusal);
  }
}
