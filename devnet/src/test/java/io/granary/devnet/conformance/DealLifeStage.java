package io.granary.devnet.conformance;

import static io.granary.devnet.conformance.Provider.HEAD;

import com.fasterxml.jackson.databind.JsonNode;
import io.granary.devnet.ChainDriver;
import io.granary.devnet.FakeVerifier;
import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.BareValue;
import io.granary.protocol.actor.ClientDealProposal;
import io.granary.protocol.actor.DataActivationNotification;
import io.granary.protocol.actor.DealLabel;
import io.granary.protocol.actor.MinerMethod;
import io.granary.protocol.actor.PieceActivationManifest;
import io.granary.protocol.actor.PreCommitSectorBatchParams;
import io.granary.protocol.actor.ProveCommitSectors3Params;
import io.granary.protocol.actor.PublishStorageDealsReturn;
import io.granary.protocol.actor.SectorActivationManifest;
import io.granary.protocol.actor.SectorDeclaration;
import io.granary.protocol.actor.TerminateSectorsParams;
import io.granary.protocol.actor.VerifiedAllocationKey;
import io.granary.protocol.address.Address;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.cbor.CborWriter;
import io.granary.protocol.chain.SectorPreCommitInfo;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.piece.PieceInfo;
import io.granary.protocol.piece.SectorLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Deals and allocations from publication to their end, by the recordings of the deals folder. */
final class DealLifeStage {
  private static final Bytes GOOD = FakeVerifier.good(192);
  private static final long DEALS = 31;
  private static final long VERIFIED = 32;
  private static final long LATE = 33;
  private static final long LIFETIME = 300 * 2880;
  private static final String CLAIM_FAILS = "pc3-claim-";

  private final MarketStage market;
  private final DataCapStage dataCap;
  private final Provider provider;
  private long dealA;
  private long dealB;
  private long dealC;
  private long dealL;
  private long dealE;
  private long dealV;
  private long start;

  DealLifeStage(MarketStage market, DataCapStage dataCap) {
    this.market = market;
    this.dataCap = dataCap;
    this.provider = market.provider;
  }

  private DealTerms terms(int piece, long begin) {
    DealTerms terms = market.terms(piece);
    terms.start = begin;
    terms.end = begin + DealTerms.DURATION;
    return terms;
  }

  private static ProveCommitSectors3Params proofs(boolean strict, SectorActivationManifest sector) {
    return new ProveCommitSectors3Params(
        List.of(sector), List.of(GOOD), Bytes.empty(), Optional.empty(), strict, strict);
  }

  private void prove(String name, boolean strict, SectorActivationManifest sector)
      throws Exception {
    provider.simulate(
        MarketStage.CALL + name, MinerMethod.PROVE_COMMIT_SECTORS_3, proofs(strict, sector));
  }

  private static SectorActivationManifest sector(long number, PieceActivationManifest... pieces) {
    return new SectorActivationManifest(new SectorNumber(number), List.of(pieces));
  }

  private static PieceInfo info(int piece) {
    return new PieceInfo(ChainDriver.commitment("piece " + piece), 1024);
  }

  private static PieceActivationManifest piece(int piece, Bytes... payloads) {
    return new PieceActivationManifest(
        Cid.commP(info(piece).commP()),
        1024,
        Optional.empty(),
        Arrays.stream(payloads)
            .map(payload -> new DataActivationNotification(Address.ofId(5), payload))
            .toList());
  }

  private static Bytes deal(long id) {
    return new CborWriter().uint64(id).toBytes();
  }

  private static PieceActivationManifest claiming(int piece, ActorId client, long allocation) {
    return new PieceActivationManifest(
        Cid.commP(info(piece).commP()),
        1024,
        Optional.of(new VerifiedAllocationKey(client, allocation)),
        List.of());
  }

  private SectorPreCommitInfo preCommit(long number, int first, int second) {
    long head = provider.height();
    return new SectorPreCommitInfo(
        ChainDriver.SEAL,
        new SectorNumber(number),
        ChainDriver.commitment("deal replica " + number),
        new Epoch(head - 900),
        List.of(),
        new Epoch(head + LIFETIME),
        Optional.of(SectorLayout.of(2048, List.of(info(first), info(second))).commD()));
  }

  /** Publishes all deals of this life and precommits the sectors they go into. */
  void published() throws Exception {
    start = provider.height() + 160;
    DealTerms a = terms(1, start);
    dealA =
        market
            .pushed("publish-one-good", List.of(market.signed(a, market.client)))
            .dealIds()
            .get(0);
    market.call(
        "publish-duplicate",
        provider.key,
        4,
        MarketStage.publication(List.of(market.signed(a, market.client))));
    market.balances("after-publish-one");
    market.deal("published", dealA);
    market.deal("unknown", 4242);
    provider.ask("deals/StateMarketDeals--published", HEAD);
    market.getters("A", "published", dealA);
    DealTerms b = terms(2, start);
    b.client = market.secpClient;
    b.label = new DealLabel.Binary(Bytes.fromHex("fffe"));
    dealB =
        market
            .pushed("publish-bytes-label-secp", List.of(market.signed(b, market.secpClient)))
            .dealIds()
            .get(0);
    market.deal("bytes-label", dealB);
    batch();
    verifiedDeal();
    provider.push(
        MarketStage.PUSH + "precommit-data-s21",
        provider.toMiner(
            MinerMethod.PRE_COMMIT_SECTOR_BATCH_2,
            new PreCommitSectorBatchParams(
                List.of(
                    preCommit(DEALS, 1, 2), preCommit(VERIFIED, 5, 6), preCommit(LATE, 3, 4)))));
    provider.blocks(12);
  }

  /** Five deals, of which the second (a bad size) and the last (the same again) drop. */
  private void batch() throws Exception {
    DealTerms bad = terms(9, start);
    bad.bytes = 1000;
    DealTerms late = terms(3, provider.height() + 40);
    DealTerms beyond = terms(4, start);
    beyond.end = start + LIFETIME + 5000;
    ClientDealProposal never = market.signed(terms(8, provider.height() + 40), market.client);
    PublishStorageDealsReturn result =
        market.pushed(
            "publish-mixed-batch",
            List.of(
                never,
                market.signed(bad, market.client),
                market.signed(late, market.client),
                market.signed(beyond, market.client),
                never));
    if (!result.validDeals().equals(BitField.of(0, 2, 3))) {
      throw new AssertionError("valid deals are " + result.validDeals());
    }
    dealC = result.dealIds().get(0);
    dealL = result.dealIds().get(1);
    dealE = result.dealIds().get(2);
    market.balances("after-publish-batch");
    provider.ask("deals/StateMarketDeals--after-batch", HEAD);
    provider.ask("deals/StateMarketParticipants", HEAD);
  }

  private void verifiedDeal() throws Exception {
    market.send(
        Provider.message(
            dataCap.client,
            "t05",
            TokenAmount.ofFil(5),
            2,
            BareValue.ofAddress(Address.parse(dataCap.client))));
    DealTerms verified = terms(6, start);
    verified.client = dataCap.client;
    verified.verified = true;
    verified.end = start + 720_000; // its allocation has to last as long as the sector
    dealV =
        market
            .pushed("publish-verified", List.of(market.signed(verified, dataCap.client)))
            .dealIds()
            .get(0);
    market.deal("verified", dealV);
    provider.ask("deals/StateGetAllocations--after-verified-deal", dataCap.client, HEAD);
    provider.ask("deals/StateVerifiedClientStatus--after-verified-deal", dataCap.client, HEAD);
    provider.ask("deals/StateGetAllocationForPendingDeal", dealV, HEAD);
    provider.ask("deals/StateGetAllocationForPendingDeal--unverified-deal", dealA, HEAD);
    provider.ask("deals/StateGetAllocationIdForPendingDeal--unverified-deal", dealA, HEAD);
  }

  /** Notifications of the market, refused and taken. */
  void activated() throws Exception {
    provider.ask("deals/StateMinerPower--before-pc3-s1", provider.miner, HEAD);
    market.balances("before-pc3-s1");
    prove("pc3-notify-garbage-strict", true, deals(Bytes.fromHex("ff"), deal(dealB)));
    prove("pc3-notify-same-deal-twice", true, deals(deal(dealA), deal(dealA)));
    prove("pc3-notify-swapped-strict", true, deals(deal(dealB), deal(dealA)));
    prove("pc3-notify-unknown-deal-strict", true, deals(deal(999), deal(dealB)));
    prove("pc3-notify-unknown-deal-lax", false, deals(deal(999), deal(dealB)));
    market.send(
        provider.toMiner(
            MinerMethod.PROVE_COMMIT_SECTORS_3, proofs(true, deals(deal(dealA), deal(dealB)))));
    market.deal("activated-A", dealA);
    market.deal("activated-B", dealB);
    provider.ask("deals/StateMarketDeals--s1-activated", HEAD);
    market.balances("after-pc3-s1");
    market.getters("A", "activated", dealA);
    provider.ask("deals/StateSectorGetInfo--s1-activated", provider.miner, DEALS, HEAD);
    market.settle("settle-activated-before-start", dealA);
    market.settle("settle-before-start", dealA, 777);
    prove("pc3-deal-ends-after-sector", true, sector(LATE, piece(3), piece(4, deal(dealE))));
    prove("pc3-deal-already-active", true, sector(LATE, piece(3), piece(4, deal(dealA))));
  }

  private static SectorActivationManifest deals(Bytes first, Bytes second) {
    return sector(DEALS, piece(1, first), piece(2, second));
  }

  /** Claims, refused and made; {@code allocation} is of piece 5, {@code brief} too short for it. */
  void claimed(long allocation, long brief) throws Exception {
    ActorId client = dataCap.clientId;
    long ofDeal = provider.asked("deals/StateGetAllocationIdForPendingDeal", dealV, HEAD).asLong();
    PieceActivationManifest other = piece(6);
    prove(CLAIM_FAILS + "unknown-strict", true, verified(claiming(5, client, 999), other));
    prove(CLAIM_FAILS + "unknown-lax", false, verified(claiming(5, client, 999), other));
    prove(
        CLAIM_FAILS + "wrong-client",
        true,
        verified(claiming(5, new ActorId(100), allocation), other));
    prove(CLAIM_FAILS + "termmax-short", true, verified(claiming(5, client, brief), other));
    prove(
        CLAIM_FAILS + "swapped",
        true,
        verified(claiming(5, client, ofDeal), claiming(6, client, allocation)));
    prove(
        CLAIM_FAILS + "same-twice",
        true,
        verified(claiming(5, client, allocation), claiming(6, client, allocation)));
    prove(
        "pc3-verified-deal-no-claim",
        true,
        verified(claiming(5, client, allocation), piece(6, deal(dealV))));
    PieceActivationManifest both =
        new PieceActivationManifest(
            Cid.commP(info(6).commP()),
            1024,
            Optional.of(new VerifiedAllocationKey(client, ofDeal)),
            List.of(new DataActivationNotification(Address.ofId(5), deal(dealV))));
    provider.push(
        MarketStage.PUSH + "pc3-verified-s2",
        provider.toMiner(
            MinerMethod.PROVE_COMMIT_SECTORS_3,
            proofs(true, verified(claiming(5, client, allocation), both))));
    market.deal("activated-V2", dealV);
    provider.ask("deals/StateGetAllocationIdForPendingDeal--after-claim", dealV, HEAD);
    JsonNode info =
        provider.asked("deals/StateSectorGetInfo--s2-activated", provider.miner, VERIFIED, HEAD);
    if (info.get("VerifiedDealWeight").asText().equals("0")) {
      throw new AssertionError("no verified weight: " + info);
    }
    provider.ask("deals/StateMinerInitialPledgeForSector--s2-verified", 864_000, 2048, 2048, HEAD);
    provider.ask("deals/StateMinerInitialPledgeForSector--s2-unverified", 864_000, 2048, 0, HEAD);
    dataCap.claims(allocation);
  }

  private static SectorActivationManifest verified(
      PieceActivationManifest first, PieceActivationManifest second) {
    return sector(VERIFIED, first, second);
  }

  /** After the start of the deals: what is due is paid, what never came is gone. */
  void settled() throws Exception {
    provider.goTo(provider.height() + 45);
    SectorActivationManifest late = sector(LATE, piece(3, deal(dealL)), piece(4));
    prove("pc3-deal-start-passed", true, late);
    provider.push(
        MarketStage.PUSH + "pc3-deal-late-lax",
        provider.toMiner(MinerMethod.PROVE_COMMIT_SECTORS_3, proofs(false, late)));
    market.deal("E-ok-after", dealA);
    market.deal("E-late-after", dealL);
    provider.goTo(start + 2);
    provider.blocks(1);
    market.balances("before-settle");
    market.settle("settle-all-after-start", dealA, dealB, dealC, dealL, dealV, 777);
    market.settle(MarketStage.PUSH + "settle-started", dealA, dealB, dealC, dealL);
    market.balances("after-settle", "after-settle1");
    market.deal("settled-2", dealA);
    market.deal("settled-3", dealB);
    market.deal("settled-5", dealC);
    market.deal("settled-8", dealV);
    market.getters("C", "timedout", dealC);
    market.settle(MarketStage.PUSH + "settle-before-terminate", dealA, dealB);
  }

  /** The sector ends too early: the deals are paid, slashed and gone. */
  void terminated() throws Exception {
    market.balances("before-terminate");
    JsonNode location = provider.result("StateSectorPartition", provider.miner, DEALS, HEAD);
    TerminateSectorsParams params =
        new TerminateSectorsParams(
            List.of(
                new SectorDeclaration(
                    location.get("Deadline").asLong(),
                    location.get("Partition").asLong(),
                    BitField.of(DEALS))));
    JsonNode message = provider.toMiner(MinerMethod.TERMINATE_SECTORS, params);
    for (int i = 0; i < 10 && fails(message); i++) {
      provider.goTo(provider.height() + 30);
    }
    provider.push(MarketStage.PUSH + "terminate-s1", message);
    market.balances("after-terminate");
    market.deal("after-terminate-A", dealA);
    market.deal("after-terminate-B", dealB);
    provider.ask("deals/StateMarketDeals--after-terminate", HEAD);
    market.getters("A", "terminated", dealA);
    market.settle(MarketStage.PUSH + "settle-after-terminate", dealA, dealB, dealC, dealL);
  }

  private boolean fails(JsonNode message) throws Exception {
    return provider.result("StateCall", message, HEAD).at("/MsgRct/ExitCode").asLong() != 0;
  }
}
