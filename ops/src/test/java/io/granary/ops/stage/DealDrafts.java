package io.granary.ops.stage;

import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.ClientDealProposal;
import io.granary.protocol.actor.DealLabel;
import io.granary.protocol.actor.DealProposal;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.deal.DealFixtures;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.deal.DealTerms;
import io.granary.protocol.piece.CommPDigest;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.piece.PieceInfo;
import io.granary.protocol.port.ChainGateway;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;

/** Terms of deals with the stage's miner, each with an id that follows from its name. */
public final class DealDrafts {
  private static final long PADDED_BYTES = 2048;
  private static final long TO_START = 20_000;
  private static final long TO_END = 620_000;

  private final Address provider;
  private final long head;
  private final TokenAmount collateral;

  public DealDrafts(ManagementStage stage) {
    this(Address.parse(stage.miner()), stage.chain());
  }

  /** Terms that fit the head that {@code chain} has now. */
  public DealDrafts(Address provider, ChainGateway chain) {
    this.provider = provider;
    this.head = chain.head().toCompletableFuture().join().height().value();
    this.collateral =
        chain
            .dealCollateralBounds(PADDED_BYTES, /* verified= */ false, TipSetKey.HEAD)
            .toCompletableFuture()
            .join()
            .min();
  }

  /** The id of the deal called {@code name}. */
  public static DealId id(String name) {
    return new DealId(UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)));
  }

  /** What {@code data} hashes to in a piece of a whole 2 KiB sector. */
  public static Commitment commP(byte[] data) {
    CommPDigest digest = new CommPDigest();
    digest.update(data);
    return digest.finish(PADDED_BYTES).commP();
  }

  /** An offline deal of the market. */
  public DealTerms offline(String name, Commitment commP) {
    return terms(name, new DealTerms.Contract.Market(signed(commP)));
  }

  /** As {@link #offline(String, Commitment)}, with {@code more} than the least collateral. */
  public DealTerms offline(String name, Commitment commP, TokenAmount more) {
    return terms(name, new DealTerms.Contract.Market(signed(commP, TokenAmount.ZERO, more)));
  }

  /** A signed proposal over {@code commP}, for nothing, with the least collateral there is. */
  public ClientDealProposal signed(Commitment commP) {
    return signed(commP, TokenAmount.ZERO);
  }

  /** As {@link #signed(Commitment)}, at a price, in attoFIL an epoch. */
  public ClientDealProposal signed(Commitment commP, TokenAmount pricePerEpoch) {
    return signed(commP, pricePerEpoch, TokenAmount.ZERO);
  }

  private ClientDealProposal signed(Commitment commP, TokenAmount pricePerEpoch, TokenAmount more) {
    return DealFixtures.signed(
        new DealProposal(
            Cid.commP(commP),
            PADDED_BYTES,
            /* verified= */ false,
            DealFixtures.CLIENT.address(),
            provider,
            new DealLabel.Text("payload"),
            new Epoch(head + TO_START),
            new Epoch(head + TO_END),
            pricePerEpoch,
            collateral.plus(more),
            TokenAmount.ZERO));
  }

  /** A direct deal without DataCap. */
  public DealTerms direct(String name, Commitment commP) {
    return direct(name, new PieceInfo(commP, PADDED_BYTES));
  }

  /** The same over a piece that may be smaller than a sector. */
  public DealTerms direct(String name, PieceInfo piece) {
    return terms(
        name,
        new DealTerms.Contract.Direct(
            piece,
            Address.ofId(100),
            provider,
            Optional.empty(),
            new Epoch(head + TO_START),
            new Epoch(head + TO_END)));
  }

  private static DealTerms terms(String name, DealTerms.Contract contract) {
    return new DealTerms(
        id(name),
        contract,
        new DealTerms.Delivery.Imported(),
        Optional.empty(),
        /* announce= */ true,
        /* keepUnsealed= */ true);
  }
}
