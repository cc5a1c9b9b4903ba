package io.granary.protocol.deal;

import static io.granary.protocol.deal.DealFixtures.CLIENT;
import static io.granary.protocol.deal.DealFixtures.HEAD;
import static io.granary.protocol.deal.DealFixtures.PROVIDER;
import static io.granary.protocol.deal.DealFixtures.ask;
import static io.granary.protocol.deal.DealFixtures.facts;
import static io.granary.protocol.deal.DealFixtures.offline;
import static io.granary.protocol.deal.DealFixtures.online;
import static io.granary.protocol.deal.DealFixtures.proposal;
import static org.assertj.core.api.Assertions.assertThat;

import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.ClientDealProposal;
import io.granary.protocol.actor.DealLabel;
import io.granary.protocol.actor.DealProposal;
import io.granary.protocol.address.Address;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.piece.Commitment;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DealRulesTest {
  private static final Bytes LIBP2P_PARAMS =
      Bytes.of(
          ("{\"URL\":\"libp2p:///ip4/1.2.3.4/tcp/1/p2p/"
                  + "QmaCpDMGvV2BGHeYERUEnRQAwe3N8SzbUtfsmvsqQLuvuJ\"}")
              .getBytes(StandardCharsets.UTF_8));
  private static final DealPolicy POLICY = DealPolicy.of(ask());

  private static DealVerdict check(DealParams params, DealFacts facts) {
    return new DealRules(POLICY).check(params, facts);
  }

  private static void assertRefused(DealVerdict verdict, DealRefusal refusal, String message) {
    assertThat(verdict).isEqualTo(new DealVerdict.Refused(refusal, message));
    assertThat(verdict.response()).isEqualTo(new DealResponse(message, false));
  }

  @Test
  void accepts_whenNothingIsWrong() {
    DealVerdict.Acceptable online = (DealVerdict.Acceptable) check(online(proposal()), facts());
    assertThat(online.source()).containsInstanceOf(TransferSource.Http.class);
    assertThat(online.response()).isEqualTo(DealResponse.yes());
    DealVerdict.Acceptable offline = (DealVerdict.Acceptable) check(offline(proposal()), facts());
    assertThat(offline.source()).isEmpty();
  }

  /** The fixture's proposal with one thing changed. */
  private static final class Changed {
    private Cid piece = proposal().piece();
    private long size = 2048;
    private boolean verified = true;
    private Address provider = PROVIDER;
    private DealLabel label = proposal().label();
    private long start = HEAD + 5_760;
    private long end = HEAD + 5_760 + 518_400;
    private TokenAmount price = proposal().pricePerEpoch();
    private TokenAmount collateral = proposal().providerCollateral();

    DealProposal build() {
      return new DealProposal(
          piece,
          size,
          verified,
          CLIENT.address(),
          provider,
          label,
          new Epoch(start),
          new Epoch(end),
          price,
          collateral,
          TokenAmount.ZERO);
    }
  }

  private interface Change {
    void make(Changed proposal);
  }

  private static Arguments row(Change change, DealRefusal refusal, String reason) {
    return Arguments.of(change, refusal, reason);
  }

  static Stream<Arguments> invalidProposals() {
    Cid commR = Cid.commR(new Commitment(Bytes.fromHex("11".repeat(32))));
    Cid notCommP = new Cid(Bytes.concat(Cid.UNSEALED_PREFIX, Bytes.fromHex("ff".repeat(32))));
    return Stream.of(
        row(
            p -> p.provider = Address.ofId(1001),
            DealRefusal.PROVIDER,
            "incorrect provider for deal; proposal.Provider: f01001; provider.Address: f01000"),
        row(
            p -> p.label = new DealLabel.Text("x".repeat(257)),
            DealRefusal.LABEL,
            "deal label can be at most 256 bytes, is 257"),
        row(
            p -> p.label = new DealLabel.Binary(Bytes.of(new byte[300])),
            DealRefusal.LABEL,
            "deal label can be at most 256 bytes, is 300"),
        row(
            p -> p.label = new DealLabel.BrokenText(Bytes.fromHex("ff")),
            DealRefusal.LABEL,
            "deal label is not valid UTF-8"),
        row(
            p -> p.size = 64,
            DealRefusal.PIECE_SIZE,
            "proposal piece size is invalid: minimum piece size is 128 bytes"),
        row(
            p -> p.size = 2049,
            DealRefusal.PIECE_SIZE,
            "proposal piece size is invalid: padded piece size must be a power of 2"),
        row(p -> p.piece = commR, DealRefusal.PIECE_CID, "proposal PieceCID had wrong prefix"),
        row(
            p -> p.piece = notCommP,
            DealRefusal.PIECE_CID,
            "proposal PieceCID is no piece commitment"),
        row(
            p -> p.end = p.start,
            DealRefusal.EPOCHS,
            "proposal end 105760 before proposal start 105760"),
        row(
            p -> p.start = HEAD - 1,
            DealRefusal.START_ELAPSED,
            "deal start epoch 99999 has already elapsed (current epoch: 100000)"),
        row(
            p -> p.end--,
            DealRefusal.DURATION,
            "deal duration out of bounds (min, max, provided): 518400, 3680640, 518399"),
        row(
            p -> p.end = p.start + 3_680_641,
            DealRefusal.DURATION,
            "deal duration out of bounds (min, max, provided): 518400, 3680640, 3680641"),
        row(
            p -> p.end = HEAD + 3_680_641,
            DealRefusal.END_TOO_LATE,
            "invalid deal end epoch 3780641: cannot be more than 3680640 past current epoch"
                + " 100000"),
        row(
            p -> p.collateral = TokenAmount.ofAtto(99),
            DealRefusal.COLLATERAL,
            "proposed provider collateral 99 below minimum 100"),
        row(
            p -> p.collateral = TokenAmount.ofAtto(201),
            DealRefusal.COLLATERAL,
            "proposed provider collateral 201 above maximum 200"),
        row(
            p -> p.price = TokenAmount.ofAtto(8),
            DealRefusal.PRICE,
            "storage price per epoch less than asking price: 8 < 9"),
        row(
            p -> {
              p.verified = false;
              p.price = TokenAmount.ofAtto(94);
            },
            DealRefusal.PRICE,
            "storage price per epoch less than asking price: 94 < 95"),
        row(
            p -> p.size = 128,
            DealRefusal.ASK_SIZE,
            "piece size less than minimum required size: 128 < 256"),
        row(
            p -> {
              p.size = 64L << 30;
              p.price = TokenAmount.ofFil(1);
            },
            DealRefusal.ASK_SIZE,
            "piece size more than maximum allowed size: 68719476736 > 34359738368"),
        row(
            p -> p.price = TokenAmount.ofFil(1),
            DealRefusal.CLIENT_FUNDS,
            "client available funds in escrow 1000000000000000000 not enough to meet storage cost"
                + " for deal 518400000000000000000000"));
  }

  @ParameterizedTest
  @MethodSource("invalidProposals")
  void saysWhatBoostSays_whenTheProposalIsInvalid(
      Change change, DealRefusal refusal, String reason) {
    Changed proposal = new Changed();
    change.make(proposal);
    assertRefused(
        check(online(proposal.build()), facts()), refusal, "failed validation: " + reason);
  }

  @Test
  void refuses_whenThereIsNoProposal() {
    DealParams none =
        new DealParams(
            DealFixtures.ID, Transfer.NONE, true, Optional.empty(), false, Optional.empty(), false);
    assertRefused(
        check(none, facts()),
        DealRefusal.PIECE_CID,
        "failed validation: proposal PieceCID undefined");
  }

  @Test
  void refuses_whenAnotherTextWasSigned() {
    Changed other = new Changed();
    other.size = 4096;
    ClientDealProposal forged =
        new ClientDealProposal(other.build(), DealFixtures.signed(proposal()).clientSignature());
    DealParams params =
        new DealParams(
            DealFixtures.ID,
            DealFixtures.transfer(),
            false,
            Optional.empty(),
            false,
            Optional.of(forged),
            false);
    assertRefused(
        check(params, facts()), DealRefusal.SIGNATURE, "failed validation: invalid signature");
    DealFacts simulated = new Facts().client(new DealFacts.ClientKey.Actor(true)).build();
    assertThat(check(params, simulated)).isInstanceOf(DealVerdict.Acceptable.class);
    DealFacts denied = new Facts().client(new DealFacts.ClientKey.Actor(false)).build();
    assertThat(check(online(proposal()), denied)).isInstanceOf(DealVerdict.Refused.class);
  }

  /** The fixture's facts with some changed. */
  private static final class Facts {
    private DealFacts.ClientKey client = facts().client();
    private Optional<BigInteger> dataCap = facts().dataCapBytes();
    private long sectorBytes = facts().sectorBytes();
    private boolean canPay = true;
    private long free = 1L << 40;
    private Optional<DealFacts.Earlier> sameProposal = Optional.empty();
    private Optional<DealFacts.Earlier> sameId = Optional.empty();

    Facts client(DealFacts.ClientKey now) {
      client = now;
      return this;
    }

    DealFacts build() {
      return new DealFacts(
          facts().head(),
          client,
          facts().clientNames(),
          sectorBytes,
          facts().collateralMin(),
          facts().clientEscrow(),
          dataCap,
          canPay,
          free,
          sameProposal,
          sameId);
    }
  }

  @Test
  void refuses_whenThePieceIsLargerThanASector() {
    Facts small = new Facts();
    small.sectorBytes = 2048;
    assertThat(check(online(proposal()), small.build())).isInstanceOf(DealVerdict.Acceptable.class);
    small.sectorBytes = 1024;
    assertRefused(
        check(online(proposal()), small.build()),
        DealRefusal.ASK_SIZE,
        "failed validation: piece size more than maximum allowed size: 2048 > 1024");
  }

  @Test
  void refuses_whenDataCapIsMissingOrTooSmall() {
    Facts none = new Facts();
    none.dataCap = Optional.empty();
    assertRefused(
        check(online(proposal()), none.build()),
        DealRefusal.DATA_CAP,
        "failed validation: client is not a verified client");
    Facts little = new Facts();
    little.dataCap = Optional.of(BigInteger.valueOf(2047));
    assertRefused(
        check(online(proposal()), little.build()),
        DealRefusal.DATA_CAP,
        "failed validation: verified deal DataCap 2047 too small for proposed piece size 2048");
    Changed plain = new Changed();
    plain.verified = false;
    assertThat(check(online(plain.build()), none.build()))
        .isInstanceOf(DealVerdict.Acceptable.class);
  }

  @Test
  void refuses_whenItIsThereAlready() {
    DealFacts.Earlier earlier = new DealFacts.Earlier(DealFixtures.ID, "2026-01-01T00:00:00Z");
    Facts same = new Facts();
    same.sameProposal = Optional.of(earlier);
    String when = DealFixtures.ID + " (proposed at 2026-01-01T00:00:00Z)";
    assertRefused(
        check(online(proposal()), same.build()),
        DealRefusal.DUPLICATE,
        "deal proposal is identical to deal " + when);
    Facts id = new Facts();
    id.sameId = Optional.of(earlier);
    assertRefused(
        check(online(proposal()), id.build()),
        DealRefusal.DUPLICATE,
        "deal has the same uuid as deal " + when);
  }

  @Test
  void refuses_whenMoneyOrRoomAreMissing() {
    Facts poor = new Facts();
    poor.canPay = false;
    assertRefused(
        check(online(proposal()), poor.build()),
        DealRefusal.PROVIDER_FUNDS,
        "server error: provider has insufficient funds to accept deal");
    Facts full = new Facts();
    full.free = 1999;
    assertRefused(
        check(online(proposal()), full.build()),
        DealRefusal.STAGING_SPACE,
        "server error: provider has no space left for storage deals");
    assertThat(check(offline(proposal()), full.build())).isInstanceOf(DealVerdict.Acceptable.class);
  }

  private static DealVerdict judged(DealPolicy.Kinds kinds, DealParams params) {
    return judged(kinds, Set.of(), Set.of(), params);
  }

  private static DealVerdict judged(
      DealPolicy.Kinds kinds, Set<Address> allowed, Set<Address> denied, DealParams params) {
    DealPolicy policy =
        new DealPolicy(
            ask(),
            kinds,
            Set.of(Transfer.HTTP),
            allowed,
            denied,
            2,
            2_880,
            40_320,
            DealPolicy.ChainBounds.DEFAULT);
    return new DealRules(policy).check(params, facts());
  }

  @Test
  void refuses_whenTheKindIsNotTaken() {
    DealPolicy.Kinds offlineUnverified = new DealPolicy.Kinds(false, true, false, true);
    assertRefused(
        judged(offlineUnverified, online(proposal())),
        DealRefusal.KIND_NOT_TAKEN,
        "miner is not considering online storage deals");
    assertRefused(
        judged(offlineUnverified, offline(proposal())),
        DealRefusal.KIND_NOT_TAKEN,
        "miner is not considering verified storage deals");
    DealPolicy.Kinds onlineVerified = new DealPolicy.Kinds(true, false, true, false);
    assertRefused(
        judged(onlineVerified, offline(proposal())),
        DealRefusal.KIND_NOT_TAKEN,
        "miner is not considering offline storage deals");
  }

  @Test
  void looksAtEveryNameOfTheClient_whenThereAreLists() {
    DealParams params = online(proposal());
    String message = "client not allowed by provider";
    Set<Address> byId = Set.of(Address.ofId(2000));
    Set<Address> byKey = Set.of(CLIENT.address());
    Set<Address> others = Set.of(Address.ofId(2001));
    DealPolicy.Kinds all = DealPolicy.Kinds.ALL;
    assertThat(judged(all, byId, others, params)).isInstanceOf(DealVerdict.Acceptable.class);
    assertThat(judged(all, byKey, others, params)).isInstanceOf(DealVerdict.Acceptable.class);
    assertRefused(judged(all, others, Set.of(), params), DealRefusal.CLIENT_NOT_TAKEN, message);
    assertRefused(judged(all, Set.of(), byId, params), DealRefusal.CLIENT_NOT_TAKEN, message);
    assertRefused(judged(all, byKey, byId, params), DealRefusal.CLIENT_NOT_TAKEN, message);
  }

  @Test
  void refuses_whenItStartsBeforeSealingOrTooLate() {
    Changed soon = new Changed();
    soon.start = HEAD + 2_879;
    assertRefused(
        check(online(soon.build()), facts()),
        DealRefusal.START_TOO_EARLY,
        "cannot seal a sector before 102879");
    Changed late = new Changed();
    late.start = HEAD + 2_880 + 40_321;
    late.end = late.start + 518_400;
    assertRefused(
        check(online(late.build()), facts()),
        DealRefusal.START_TOO_LATE,
        "deal start epoch is too far in the future: 143201 > 143200");
    assertThat(check(offline(late.build()), facts())).isInstanceOf(DealVerdict.Acceptable.class);
  }

  @Test
  void refuses_whenTheTransferCannotBe() {
    assertTransfer(new Transfer(2033, Transfer.HTTP, DealFixtures.transfer().params(), ""))
        .isEqualTo("transfer size 2033 does not fit a piece of 2048 padded bytes");
    assertTransfer(Transfer.NONE).startsWith("server error: get deal transfer host: $: not JSON");
    assertTransfer(new Transfer(1, Transfer.LIBP2P, DealFixtures.transfer().params(), ""))
        .isEqualTo(
            "server error: get deal transfer host: transfer type 'libp2p' with a URL of http");
    assertTransfer(new Transfer(1, Transfer.LIBP2P, LIBP2P_PARAMS, ""))
        .isEqualTo("server error: get deal transfer host: transfer type libp2p is not supported");
  }

  private static org.assertj.core.api.AbstractStringAssert<?> assertTransfer(Transfer transfer) {
    DealParams params =
        new DealParams(
            DealFixtures.ID,
            transfer,
            false,
            Optional.empty(),
            false,
            Optional.of(DealFixtures.signed(proposal())),
            false);
    DealVerdict.Refused refused = (DealVerdict.Refused) check(params, facts());
    assertThat(refused.refusal()).isEqualTo(DealRefusal.TRANSFER);
    return assertThat(refused.message());
  }
}
