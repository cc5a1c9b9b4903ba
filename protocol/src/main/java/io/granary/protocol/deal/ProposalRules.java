package io.granary.protocol.deal;

import static io.granary.protocol.deal.DealRules.refuseIf;

import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.ClientDealProposal;
import io.granary.protocol.actor.DealLabel;
import io.granary.protocol.actor.DealProposal;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.piece.PieceSizes;
import io.granary.protocol.signature.Signatures;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;

/** What a proposal must be for the chain and the ask, in the order Boost looks at it. */
final class ProposalRules {
  private static final BigInteger GIB = BigInteger.ONE.shiftLeft(30);

  private final ClientDealProposal signed;
  private final DealPolicy policy;
  private final DealFacts facts;

  private ProposalRules(ClientDealProposal signed, DealPolicy policy, DealFacts facts) {
    this.signed = signed;
    this.policy = policy;
    this.facts = facts;
  }

  static Optional<DealVerdict.Refused> check(
      ClientDealProposal signed, DealPolicy policy, DealFacts facts) {
    ProposalRules rules = new ProposalRules(signed, policy, facts);
    return DealRules.first(
        signed.proposal(),
        List.of(
            rules::signature,
            rules::provider,
            rules::label,
            rules::pieceSize,
            rules::pieceCid,
            rules::epochs,
            rules::duration,
            rules::collateral,
            rules::price,
            rules::askSize,
            rules::clientFunds,
            rules::dataCap));
  }

  /** Only the rules that other deals of the client bear on. */
  static Optional<DealVerdict.Refused> means(
      ClientDealProposal signed, DealPolicy policy, DealFacts facts) {
    ProposalRules rules = new ProposalRules(signed, policy, facts);
    return DealRules.first(signed.proposal(), List.of(rules::clientFunds, rules::dataCap));
  }

  private Optional<DealVerdict.Refused> signature(DealProposal proposal) {
    boolean good;
    if (facts.client() instanceof DealFacts.ClientKey.Key key) {
      good = Signatures.verify(signed.clientSignature(), key.address(), proposal.toCbor());
    } else {
      good = ((DealFacts.ClientKey.Actor) facts.client()).authenticated();
    }
    return refuseIf(!good, DealRefusal.SIGNATURE, "invalid signature");
  }

  private Optional<DealVerdict.Refused> provider(DealProposal proposal) {
    return refuseIf(
        !proposal.provider().equals(policy.ask().miner()),
        DealRefusal.PROVIDER,
        "incorrect provider for deal; proposal.Provider: "
            + proposal.provider()
            + "; provider.Address: "
            + policy.ask().miner());
  }

  private Optional<DealVerdict.Refused> label(DealProposal proposal) {
    if (proposal.label() instanceof DealLabel.BrokenText) {
      return refuseIf(true, DealRefusal.LABEL, "deal label is not valid UTF-8");
    }
    int length = proposal.label().length();
    return refuseIf(
        length > DealLabel.MAX_BYTES,
        DealRefusal.LABEL,
        "deal label can be at most " + DealLabel.MAX_BYTES + " bytes, is " + length);
  }

  private Optional<DealVerdict.Refused> pieceSize(DealProposal proposal) {
    long size = proposal.paddedBytes();
    if (size < PieceSizes.MIN_PADDED_BYTES) {
      return refuseIf(
          true,
          DealRefusal.PIECE_SIZE,
          "proposal piece size is invalid: minimum piece size is 128 bytes");
    }
    return refuseIf(
        Long.bitCount(size) != 1,
        DealRefusal.PIECE_SIZE,
        "proposal piece size is invalid: padded piece size must be a power of 2");
  }

  private Optional<DealVerdict.Refused> pieceCid(DealProposal proposal) {
    if (!proposal.piece().bytes().startsWith(Cid.UNSEALED_PREFIX)) {
      return refuseIf(true, DealRefusal.PIECE_CID, "proposal PieceCID had wrong prefix");
    }
    return refuseIf(
        !isCommitment(proposal.piece()),
        DealRefusal.PIECE_CID,
        "proposal PieceCID is no piece commitment");
  }

  /** Whether the digest is one that data can have; another one could never be sealed. */
  private static boolean isCommitment(Cid piece) {
    try {
      return piece.equals(Cid.commP(piece.toUnsealedCommitment()));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private Optional<DealVerdict.Refused> epochs(DealProposal proposal) {
    Epoch start = proposal.startEpoch();
    Epoch end = proposal.endEpoch();
    if (!end.isAfter(start)) {
      return refuseIf(
          true, DealRefusal.EPOCHS, "proposal end " + end + " before proposal start " + start);
    }
    return refuseIf(
        start.isBefore(facts.head()),
        DealRefusal.START_ELAPSED,
        "deal start epoch " + start + " has already elapsed (current epoch: " + facts.head() + ")");
  }

  /** Comes after {@link #epochs}: neither start nor end is negative. */
  private Optional<DealVerdict.Refused> duration(DealProposal proposal) {
    long min = policy.terms().durationMin();
    long max = policy.terms().durationMax();
    long duration = proposal.duration();
    if (duration < min || duration > max) {
      return refuseIf(
          true,
          DealRefusal.DURATION,
          "deal duration out of bounds (min, max, provided): "
              + min
              + ", "
              + max
              + ", "
              + duration);
    }
    return refuseIf(
        proposal.endEpoch().isAfter(facts.head().plus(max)),
        DealRefusal.END_TOO_LATE,
        "invalid deal end epoch "
            + proposal.endEpoch()
            + ": cannot be more than "
            + max
            + " past current epoch "
            + facts.head());
  }

  private Optional<DealVerdict.Refused> collateral(DealProposal proposal) {
    TokenAmount offered = proposal.providerCollateral();
    TokenAmount min = facts.collateralMin();
    TokenAmount max = min.times(policy.collateralFactorMax());
    if (offered.compareTo(min) < 0) {
      return refuseIf(
          true,
          DealRefusal.COLLATERAL,
          "proposed provider collateral " + offered + " below minimum " + min);
    }
    return refuseIf(
        offered.compareTo(max) > 0,
        DealRefusal.COLLATERAL,
        "proposed provider collateral " + offered + " above maximum " + max);
  }

  private Optional<DealVerdict.Refused> price(DealProposal proposal) {
    TokenAmount perGib = proposal.verified() ? policy.ask().verifiedPrice() : policy.ask().price();
    TokenAmount min =
        new TokenAmount(
            perGib.atto().multiply(BigInteger.valueOf(proposal.paddedBytes())).divide(GIB));
    TokenAmount offered = proposal.pricePerEpoch();
    if (offered.isNegative() || proposal.clientCollateral().isNegative()) {
      return refuseIf(true, DealRefusal.PRICE, "price and collateral must not be negative");
    }
    return refuseIf(
        offered.compareTo(min) < 0,
        DealRefusal.PRICE,
        "storage price per epoch less than asking price: " + offered + " < " + min);
  }

  private Optional<DealVerdict.Refused> askSize(DealProposal proposal) {
    long size = proposal.paddedBytes();
    long min = policy.ask().minPieceBytes();
    long max = Math.min(policy.ask().maxPieceBytes(), facts.sectorBytes());
    if (size < min) {
      return refuseIf(
          true,
          DealRefusal.ASK_SIZE,
          "piece size less than minimum required size: " + size + " < " + min);
    }
    return refuseIf(
        size > max,
        DealRefusal.ASK_SIZE,
        "piece size more than maximum allowed size: " + size + " > " + max);
  }

  private Optional<DealVerdict.Refused> clientFunds(DealProposal proposal) {
    TokenAmount needed = proposal.clientRequirement();
    return refuseIf(
        facts.clientEscrow().compareTo(needed) < 0,
        DealRefusal.CLIENT_FUNDS,
        "client available funds in escrow "
            + facts.clientEscrow()
            + " not enough to meet storage cost for deal "
            + needed);
  }

  private Optional<DealVerdict.Refused> dataCap(DealProposal proposal) {
    if (!proposal.verified()) {
      return Optional.empty();
    }
    if (facts.dataCapBytes().isEmpty()) {
      return refuseIf(true, DealRefusal.DATA_CAP, "client is not a verified client");
    }
    BigInteger cap = facts.dataCapBytes().get();
    long size = proposal.paddedBytes();
    return refuseIf(
        cap.compareTo(BigInteger.valueOf(size)) < 0,
        DealRefusal.DATA_CAP,
        "verified deal DataCap " + cap + " too small for proposed piece size " + size);
  }
}
