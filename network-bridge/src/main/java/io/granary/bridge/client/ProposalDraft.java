package io.granary.bridge.client;

import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.ClientDealProposal;
import io.granary.protocol.actor.DealLabel;
import io.granary.protocol.actor.DealProposal;
import io.granary.protocol.address.Address;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.deal.StorageAsk;
import io.granary.protocol.piece.PieceInfo;
import java.math.BigInteger;

/**
 * The terms that a client proposes. Defaults are those of Boost's client (market.md 8): start two
 * days from now, 180 days long, no collateral of the client, the label is the text of the root.
 *
 * @param start the piece must be sealed by then
 * @param durationEpochs of 30 s
 * @param pricePerEpoch attoFIL for the whole piece
 * @param providerCollateral what the provider loses with the data
 */
public record ProposalDraft(
    Cid root,
    PieceInfo piece,
    Address client,
    Address provider,
    Epoch start,
    long durationEpochs,
    TokenAmount pricePerEpoch,
    boolean verified,
    TokenAmount providerCollateral) {
  /** Epochs from the head to the start, when none is given: two days. */
  public static final long START_DELAY_EPOCHS = 5760;

  /** Epochs of a deal, when none are given: 180 days, the least that the chain allows. */
  public static final long DURATION_EPOCHS = 518_400;

  private static final BigInteger GIB = BigInteger.ONE.shiftLeft(30);

  public ProposalDraft {
    provider.requireId();
    if (durationEpochs <= 0) {
      throw new IllegalArgumentException("deal duration: must be positive, got " + durationEpochs);
    }
    if (pricePerEpoch.isNegative() || providerCollateral.isNegative()) {
      throw new IllegalArgumentException("deal: price and collateral must not be negative");
    }
  }

  /**
   * The price of a piece, rounded down as providers do when they compare it with their ask.
   *
   * @param perGibEpoch attoFIL per GiB and epoch
   */
  public static TokenAmount pricePerEpoch(TokenAmount perGibEpoch, long paddedBytes) {
    return new TokenAmount(
        perGibEpoch.atto().multiply(BigInteger.valueOf(paddedBytes)).divide(GIB));
  }

  /**
   * Refuses what the ask says the provider will refuse.
   *
   * @throws ClientException saying what the provider asks for
   */
  public void requireTaken(StorageAsk ask, Epoch head) {
    if (ask.expiry().compareTo(head) < 0) {
      throw new ClientException(
          "the ask of " + provider + " expired at epoch " + ask.expiry() + "; now is " + head);
    }
    if (piece.paddedBytes() < ask.minPieceBytes()) {
      throw new ClientException(
          provider
              + " takes pieces from "
              + ask.minPieceBytes()
              + " bytes, this one has "
              + piece.paddedBytes()
              + "; --piece-size may pad it");
    }
    if (piece.paddedBytes() > ask.maxPieceBytes()) {
      throw new ClientException(
          provider
              + " takes pieces up to "
              + ask.maxPieceBytes()
              + " bytes, this one has "
              + piece.paddedBytes());
    }
    TokenAmount asked =
        pricePerEpoch(verified ? ask.verifiedPrice() : ask.price(), piece.paddedBytes());
    if (pricePerEpoch.compareTo(asked) < 0) {
      throw new ClientException(
          provider
              + " asks for "
              + asked
              + " attoFIL an epoch for this piece, offered are "
              + pricePerEpoch);
    }
  }

  /** The proposal as the chain's market has it. */
  public DealProposal proposal() {
    return new DealProposal(
        Cid.commP(piece.commP()),
        piece.paddedBytes(),
        verified,
        client,
        provider,
        new DealLabel.Text(root.toString()),
        start,
        new Epoch(start.value() + durationEpochs),
        pricePerEpoch,
        providerCollateral,
        TokenAmount.ZERO);
  }

  /** The proposal with the client's signature over its canonical CBOR. */
  public ClientDealProposal sign(DealSigner signer) {
    DealProposal proposal = proposal();
    if (!signer.address().equals(proposal.client())) {
      throw new IllegalArgumentException(
          "deal of " + proposal.client() + ": " + signer.address() + " cannot sign it");
    }
    return new ClientDealProposal(proposal, signer.sign(proposal.toCbor()));
  }
}
