package io.granary.protocol.sector;

import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.MinerMethod;
import io.granary.protocol.actor.PieceActivationManifest;
import io.granary.protocol.actor.PreCommitSectorBatchParams;
import io.granary.protocol.actor.ProveCommitSectors3Params;
import io.granary.protocol.actor.SectorActivationManifest;
import io.granary.protocol.address.Address;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.chain.Message;
import io.granary.protocol.chain.SectorPreCommitInfo;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.piece.PieceInfo;
import io.granary.protocol.sender.MessageIntent;
import io.granary.protocol.sender.MessagePurpose;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The message a state wants on chain, derived from the state alone, so that asking again asks for
 * the same. One sector a message; the miner's batches come later.
 */
public final class SectorMessages {
  private SectorMessages() {}

  /** The name of the next message of {@code state}: sector, purpose, attempt. */
  static String intentId(SectorState.Posting state) {
    String purpose = state instanceof PreCommitting ? "precommit" : "commit";
    return state.core().sector() + "/" + purpose + "/" + (state.core().messagesRequested() + 1);
  }

  /** The intent {@code state} waits for, if it waits for one. */
  public static Optional<MessageIntent> intent(SectorState.Posting state) {
    return state.message().outgoing().map(outgoing -> intent(state, outgoing));
  }

  private static MessageIntent intent(SectorState.Posting state, OutgoingMessage outgoing) {
    boolean preCommit = state instanceof PreCommitting;
    CborEncodable params =
        state instanceof PreCommitting preCommitting
            ? preCommitParams(preCommitting, outgoing)
            : commitParams((Committing) state);
    Address miner = Address.ofId(state.core().sector().miner());
    return new MessageIntent(
        outgoing.intentId(),
        preCommit ? MessagePurpose.PRE_COMMIT : MessagePurpose.COMMIT,
        Message.of(
            outgoing.from(),
            miner,
            outgoing.value(),
            preCommit ? MinerMethod.PRE_COMMIT_SECTOR_BATCH_2 : MinerMethod.PROVE_COMMIT_SECTORS_3,
            params.toCbor()),
        outgoing.lastUsefulEpoch());
  }

  /** What the precommit of {@code state} says, with the expiration it would promise. */
  public static SectorPreCommitInfo preCommitInfo(PreCommitting state, Epoch expiration) {
    return new SectorPreCommitInfo(
        state.core().sealProof(),
        state.core().sector().number(),
        state.replica().commR(),
        state.replica().ticket().epoch(),
        List.of(),
        expiration,
        state.core().pieces().isEmpty() ? Optional.empty() : Optional.of(state.replica().commD()));
  }

  private static CborEncodable preCommitParams(PreCommitting state, OutgoingMessage outgoing) {
    Epoch expiration =
        outgoing
            .expiration()
            .orElseThrow(
                () -> new IllegalStateException(outgoing.intentId() + " has no expiration"));
    return new PreCommitSectorBatchParams(List.of(preCommitInfo(state, expiration)));
  }

  private static CborEncodable commitParams(Committing state) {
    return ProveCommitSectors3Params.of(
        List.of(
            new SectorActivationManifest(state.core().sector().number(), manifests(state.core()))),
        List.of(state.proof()));
  }

  /**
   * The pieces with what they activate, which the order says: pieces are imported in its order. A
   * deal that the market rejects does not fail the message; a claim that does not hold fails it.
   */
  private static List<PieceActivationManifest> manifests(SectorCore core) {
    List<PieceActivationManifest> manifests = new ArrayList<>();
    for (int i = 0; i < core.pieces().size(); i++) {
      PieceInfo piece = core.pieces().get(i).info();
      manifests.add(
          core.order()
              .pieces()
              .get(i)
              .activation()
              .map(activation -> manifest(piece, activation))
              .orElseGet(() -> PieceActivationManifest.of(piece)));
    }
    return manifests;
  }

  private static PieceActivationManifest manifest(PieceInfo piece, PieceActivation activation) {
    return new PieceActivationManifest(
        Cid.commP(piece.commP()),
        piece.paddedBytes(),
        activation.allocation(),
        activation.notifications());
  }

  /**
   * What to send along with a commit: the pledge less the deposit, which the actor releases first
   * in the same message (chain.md 4.5).
   */
  public static TokenAmount commitValue(TokenAmount pledge, TokenAmount deposit) {
    TokenAmount rest = pledge.minus(deposit);
    return rest.isNegative() ? TokenAmount.ZERO : rest;
  }
}
