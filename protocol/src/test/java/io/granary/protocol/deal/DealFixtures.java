package io.granary.protocol.deal;

import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.SectorId;
import io.granary.protocol.Stamp;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.ClientDealProposal;
import io.granary.protocol.actor.DealLabel;
import io.granary.protocol.actor.DealProposal;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.Signature;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.piece.PieceInfo;
import io.granary.protocol.signature.WalletKey;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A client, its deals, and what happens to them. */
public final class DealFixtures {
  public static final WalletKey CLIENT =
      WalletKey.derive(Signature.Kind.SECP256K1, "client".getBytes(StandardCharsets.UTF_8));
  public static final Address PROVIDER = Address.ofId(1000);
  public static final DealId ID = DealId.parse("00112233-4455-6677-8899-aabbccddeeff");
  public static final Commitment COMM_P = new Commitment(Bytes.fromHex("11".repeat(32)));
  public static final long HEAD = 100_000;
  public static final StagedFile FILE = new StagedFile("path-1", "deals/one.car", 2000);
  public static final Placement PLACE = new Placement(SectorId.of(1000, 7), 4096);
  public static final Placement OTHER_PLACE = new Placement(SectorId.of(1000, 8), 0);

  public static final Publication PUBLICATION =
      new Publication(Cid.dagCborBlake2b(Bytes.fromHex("01")), new Epoch(HEAD + 20), 42);

  private DealFixtures() {}

  public static Stamp stamp(long epoch) {
    return new Stamp(
        new Epoch(epoch), Instant.parse("2026-01-01T00:00:00Z").plusSeconds(30 * epoch), "node-1");
  }

  /** A proposal that every rule takes. */
  public static DealProposal proposal() {
    return new DealProposal(
        Cid.commP(COMM_P),
        2048,
        true,
        CLIENT.address(),
        PROVIDER,
        new DealLabel.Text("payload"),
        new Epoch(HEAD + 5_760),
        new Epoch(HEAD + 5_760 + 518_400),
        TokenAmount.ofAtto(1_000),
        TokenAmount.ofAtto(120),
        TokenAmount.ZERO);
  }

  public static ClientDealProposal signed(DealProposal proposal) {
    return new ClientDealProposal(proposal, CLIENT.sign(proposal.toCbor()));
  }

  public static Transfer transfer() {
    String json =
        "{\"URL\":\"https://data.example/one.car\",\"Headers\":{\"Authorization\":\"x\"}}";
    return new Transfer(
        2000, Transfer.HTTP, Bytes.of(json.getBytes(StandardCharsets.UTF_8)), "1234");
  }

  public static DealParams online(DealProposal proposal) {
    return new DealParams(
        ID, transfer(), false, Optional.empty(), false, Optional.of(signed(proposal)), false);
  }

  public static DealParams offline(DealProposal proposal) {
    return new DealParams(
        ID, Transfer.NONE, true, Optional.empty(), true, Optional.of(signed(proposal)), true);
  }

  public static StorageAsk ask() {
    return new StorageAsk(
        PROVIDER,
        TokenAmount.ofAtto(50_000_000),
        1,
        new Epoch(HEAD + 1_000_000),
        new Epoch(HEAD),
        32L << 30,
        256,
        TokenAmount.ofAtto(5_000_000));
  }

  public static DealFacts facts() {
    return new DealFacts(
        new Epoch(HEAD),
        new DealFacts.ClientKey.Key(CLIENT.address()),
        Set.of(Address.ofId(2000)),
        32L << 30,
        TokenAmount.ofAtto(100),
        TokenAmount.ofFil(1),
        Optional.of(BigInteger.valueOf(1L << 40)),
        true,
        1L << 40,
        Optional.empty(),
        Optional.empty());
  }

  public static DealTerms onlineTerms() {
    DealParams params = online(proposal());
    return DealTerms.of(params, params.proposal().orElseThrow());
  }

  public static DealTerms offlineTerms() {
    DealParams params = offline(proposal());
    return DealTerms.of(params, params.proposal().orElseThrow());
  }

  public static DealTerms directTerms() {
    return new DealTerms(
        ID,
        new DealTerms.Contract.Direct(
            new PieceInfo(COMM_P, 2048),
            Address.ofId(2000),
            PROVIDER,
            Optional.of(5L),
            new Epoch(HEAD + 5_760),
            new Epoch(HEAD + 600_000)),
        new DealTerms.Delivery.Imported(),
        Optional.empty(),
        true,
        true);
  }

  /** What a message of {@code epoch} brought. */
  public static DealPayment payment(long epoch, long atto, boolean completed) {
    return new DealPayment(
        Cid.dagCborBlake2b(Bytes.fromHex("03")),
        new Epoch(epoch),
        TokenAmount.ofAtto(atto),
        completed);
  }

  /** One of every event, each legal in some state of a deal with {@code terms}. */
  public static List<DealEvent> events(DealTerms terms) {
    return List.of(
        new DealEvent.DealProposed(stamp(1), terms),
        new DealEvent.DealAccepted(stamp(2)),
        new DealEvent.DealRejected(stamp(2), DealRefusal.PRICE, "too cheap"),
        new DealEvent.DataReceived(stamp(3), 500, 2000),
        new DealEvent.TransferInterrupted(stamp(4), "connection reset", stamp(5).time()),
        new DealEvent.TransferRestarted(stamp(5), "another ETag"),
        new DealEvent.TransferCompleted(stamp(6), FILE),
        new DealEvent.DataImported(stamp(6), FILE),
        new DealEvent.PieceVerified(stamp(7)),
        new DealEvent.PieceMismatched(stamp(7), new Commitment(Bytes.fromHex("12".repeat(32)))),
        new DealEvent.PiecePlaced(stamp(8), PLACE),
        new DealEvent.PieceMoved(stamp(9), OTHER_PLACE),
        new DealEvent.PublicationRequested(stamp(10), "publish/1"),
        new DealEvent.PublicationDropped(stamp(11), "not in the valid set"),
        new DealEvent.PublicationLanded(stamp(12), PUBLICATION),
        new DealEvent.PublicationReverted(stamp(13), "publish/1"),
        new DealEvent.PieceAdded(stamp(14)),
        new DealEvent.PieceIndexed(stamp(15), 12),
        new DealEvent.PieceAnnounced(stamp(16), Cid.dagCborBlake2b(Bytes.fromHex("02"))),
        new DealEvent.DealActivated(stamp(17), new Epoch(17)),
        new DealEvent.ActivationReverted(stamp(18)),
        new DealEvent.StagingReleased(stamp(19)),
        new DealEvent.DealExpired(stamp(20), new Epoch(20)),
        new DealEvent.DealSlashed(stamp(20), new Epoch(20)),
        new DealEvent.DealFailed(
            stamp(21), new DealFailure(DealFailure.Kind.RETRYABLE, "disk full")),
        new DealEvent.DealRetried(stamp(22)),
        new DealEvent.PieceDamaged(stamp(9), new Commitment(Bytes.fromHex("12".repeat(32)))),
        new DealEvent.DataImported(
            stamp(6), new StagedFile(StagedFile.IMPORTED, "/mnt/clients/data.car", 2000)),
        new DealEvent.PieceVerified(stamp(7), Optional.of(FILE)),
        new DealEvent.DealPaid(stamp(23), payment(18, 7_000, false)),
        new DealEvent.DealPaid(stamp(26), payment(21, 500, true)));
  }
}
