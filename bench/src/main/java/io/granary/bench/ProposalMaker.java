package io.granary.bench;

import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.ClientDealProposal;
import io.granary.protocol.actor.DealLabel;
import io.granary.protocol.actor.DealProposal;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.Signature;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.deal.DealParams;
import io.granary.protocol.deal.Transfer;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.signature.Signatures;
import io.granary.protocol.signature.WalletKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** New proposals of two clients, signed. Used by one thread. */
final class ProposalMaker {
  private static final Commitment PIECE = new Commitment(Bytes.fromHex("11".repeat(32)));
  private static final long PADDED_BYTES = 2048;
  private static final long START = DealChain.HEAD + 5_760;
  private static final long DURATION = 518_400;
  private static final Map<Signature.Kind, WalletKey> KEYS =
      Map.of(
          Signature.Kind.SECP256K1, key(Signature.Kind.SECP256K1),
          Signature.Kind.BLS, key(Signature.Kind.BLS));

  /** The provider of the first list. */
  static final long FIRST_PROVIDER = 1000;

  private long provider = FIRST_PROVIDER;
  private long number;

  private static WalletKey key(Signature.Kind kind) {
    return WalletKey.derive(kind, "a client of the bench".getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Proposals to a provider that has none yet, by clients of {@code kinds} in turns. The data comes
   * by other means, so that acceptance is all that is to be done.
   */
  List<DealParams> proposals(int count, Signature.Kind... kinds) {
    provider++;
    List<DealParams> made = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      made.add(
          new DealParams(
              new DealId(UUID.randomUUID()),
              Transfer.NONE,
              true,
              Optional.empty(),
              true,
              Optional.of(signed(kinds[i % kinds.length])),
              true));
    }
    return made;
  }

  /** How often one thread checks a signature of that kind. */
  double checksPerSecond(Signature.Kind kind, long nanos) {
    ClientDealProposal signed = signed(kind);
    Bytes data = signed.proposal().toCbor();
    int count = 0;
    long start = System.nanoTime();
    long took = 0;
    while (took < nanos) {
      if (!Signatures.verify(signed.clientSignature(), signed.proposal().client(), data)) {
        throw new IllegalStateException("a signature of ours is not good");
      }
      count++;
      took = System.nanoTime() - start;
    }
    return count / (took / 1e9);
  }

  private ClientDealProposal signed(Signature.Kind kind) {
    WalletKey key = KEYS.getOrDefault(kind, key(kind));
    DealProposal proposal =
        new DealProposal(
            Cid.commP(PIECE),
            PADDED_BYTES,
            false,
            key.address(),
            Address.ofId(provider),
            new DealLabel.Text("payload " + number++),
            new Epoch(START),
            new Epoch(START + DURATION),
            TokenAmount.ofAtto(1_000),
            TokenAmount.ofAtto(120),
            TokenAmount.ZERO);
    return new ClientDealProposal(proposal, key.sign(proposal.toCbor()));
  }
}
