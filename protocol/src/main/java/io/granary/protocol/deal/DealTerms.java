package io.granary.protocol.deal;

import io.granary.protocol.Epoch;
import io.granary.protocol.actor.ClientDealProposal;
import io.granary.protocol.address.Address;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.piece.PieceInfo;
import java.util.Optional;

/**
 * What a deal is about, from its first event on.
 *
 * @param dataRoot root of the payload, when the client names one
 * @param announce whether indexers are told
 * @param keepUnsealed whether an unsealed copy is kept for retrieval
 */
public record DealTerms(
    DealId id,
    Contract contract,
    Delivery delivery,
    Optional<Cid> dataRoot,
    boolean announce,
    boolean keepUnsealed) {
  public DealTerms {
    if (contract instanceof Contract.Direct && delivery instanceof Delivery.Fetched) {
      throw new IllegalArgumentException("deal: a direct deal's data is imported");
    }
  }

  /** Between whom, for how long, and how the chain hears of it. */
  public sealed interface Contract {
    Cid pieceCid();

    long paddedBytes();

    Address client();

    Address provider();

    /** The sector must be active by then. */
    Epoch startEpoch();

    Epoch endEpoch();

    /** Through the market actor: has to be published before its sector is sealed. */
    record Market(ClientDealProposal signed) implements Contract {
      @Override
      public Cid pieceCid() {
        return signed.proposal().piece();
      }

      @Override
      public long paddedBytes() {
        return signed.proposal().paddedBytes();
      }

      @Override
      public Address client() {
        return signed.proposal().client();
      }

      @Override
      public Address provider() {
        return signed.proposal().provider();
      }

      @Override
      public Epoch startEpoch() {
        return signed.proposal().startEpoch();
      }

      @Override
      public Epoch endEpoch() {
        return signed.proposal().endEpoch();
      }
    }

    /**
     * Direct data onboarding (FIP-0076): nothing is published, the sector claims the allocation.
     *
     * @param client in its f0 form, which the claim names
     * @param allocation id in the verified registry; empty for data without DataCap
     */
    record Direct(
        PieceInfo piece,
        Address client,
        Address provider,
        Optional<Long> allocation,
        Epoch startEpoch,
        Epoch endEpoch)
        implements Contract {
      public Direct {
        if (client.protocol() != 0 || provider.protocol() != 0) {
          throw new IllegalArgumentException("direct deal: client and provider must be f0");
        }
      }

      @Override
      public Cid pieceCid() {
        return Cid.commP(piece.commP());
      }

      @Override
      public long paddedBytes() {
        return piece.paddedBytes();
      }
    }
  }

  /** How its data comes. */
  public sealed interface Delivery {
    /** We fetch it. */
    record Fetched(Transfer transfer) implements Delivery {}

    /** An operator imports it. */
    record Imported() implements Delivery {}
  }

  /** The terms of a proposal that came over the network. */
  public static DealTerms of(DealParams params, ClientDealProposal signed) {
    return new DealTerms(
        params.id(),
        new Contract.Market(signed),
        params.offline() ? new Delivery.Imported() : new Delivery.Fetched(params.transfer()),
        params.dataRoot(),
        !params.skipIpniAnnounce(),
        !params.removeUnsealedCopy());
  }

  /**
   * The piece.
   *
   * @throws IllegalArgumentException when the proposal names none; rules refuse such a proposal
   */
  public PieceInfo piece() {
    return new PieceInfo(contract.pieceCid().toUnsealedCommitment(), contract.paddedBytes());
  }

  /** Whether it has to be published. */
  public boolean published() {
    return contract instanceof Contract.Market;
  }
}
