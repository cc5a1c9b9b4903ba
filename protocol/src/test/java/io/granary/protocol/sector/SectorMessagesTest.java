package io.granary.protocol.sector;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.BuiltinActors;
import io.granary.protocol.actor.DataActivationNotification;
import io.granary.protocol.actor.MinerMethod;
import io.granary.protocol.actor.PieceActivationManifest;
import io.granary.protocol.actor.PreCommitSectorBatchParams;
import io.granary.protocol.actor.ProveCommitSectors3Params;
import io.granary.protocol.actor.VerifiedAllocationKey;
import io.granary.protocol.address.Address;
import io.granary.protocol.sender.MessageIntent;
import io.granary.protocol.sender.MessagePurpose;
import org.junit.jupiter.api.Test;

class SectorMessagesTest {
  private final SectorStory story = new SectorStory();

  @Test
  void carriesTheDepositAndCompactCommD_whenPreCommittingWithoutPieces() {
    story.toPreCommitting().look(story.ready());
    MessageIntent intent = SectorMessages.intent((PreCommitting) story.state()).orElseThrow();
    assertThat(intent.intentId()).isEqualTo("f01000/7/precommit/1");
    assertThat(intent.purpose()).isEqualTo(MessagePurpose.PRE_COMMIT);
    assertThat(intent.message().to()).isEqualTo(Address.ofId(SectorFixtures.SECTOR.miner()));
    assertThat(intent.message().value()).isEqualTo(TokenAmount.ofFil(1));
    assertThat(intent.message().method()).isEqualTo(MinerMethod.PRE_COMMIT_SECTOR_BATCH_2);
    PreCommitSectorBatchParams params =
        PreCommitSectorBatchParams.fromCbor(intent.message().params());
    assertThat(params.sectors()).hasSize(1);
    assertThat(params.sectors().get(0).sealed()).isEqualTo(SectorFixtures.COMM_R);
    assertThat(params.sectors().get(0).unsealed()).isEmpty();
  }

  @Test
  void carriesTheProof_whenCommitting() {
    story.toCommitting().look(story.seeded(SectorFixtures.SEED));
    MessageIntent intent = SectorMessages.intent((Committing) story.state()).orElseThrow();
    assertThat(intent.message().method()).isEqualTo(MinerMethod.PROVE_COMMIT_SECTORS_3);
    ProveCommitSectors3Params params =
        ProveCommitSectors3Params.fromCbor(intent.message().params());
    assertThat(params.proofs()).containsExactly(SectorFixtures.PROOF);
    assertThat(params.sectors().get(0).pieces()).isEmpty();
    assertThat(params.requireActivationSuccess()).isTrue();
  }

  @Test
  void claimsAndNotifies_whenThePieceBelongsToAVerifiedDeal() {
    PieceActivationManifest piece =
        committedPiece(new PieceActivation.VerifiedDeal(1_000, new ActorId(102), 7));
    assertThat(piece.allocation()).contains(new VerifiedAllocationKey(new ActorId(102), 7));
    assertThat(piece.notifications())
        .containsExactly(
            new DataActivationNotification(BuiltinActors.STORAGE_MARKET, Bytes.fromHex("1903e8")));
  }

  @Test
  void notifiesTheMarketOnly_whenThePieceBelongsToADeal() {
    PieceActivationManifest piece = committedPiece(new PieceActivation.MarketDeal(12));
    assertThat(piece.allocation()).isEmpty();
    assertThat(piece.notifications())
        .containsExactly(
            new DataActivationNotification(BuiltinActors.STORAGE_MARKET, Bytes.fromHex("0c")));
  }

  @Test
  void claimsOnly_whenTheClientMadeAnAllocation() {
    PieceActivationManifest piece = committedPiece(new PieceActivation.Claim(new ActorId(102), 7));
    assertThat(piece.allocation()).contains(new VerifiedAllocationKey(new ActorId(102), 7));
    assertThat(piece.notifications()).isEmpty();
  }

  /** The manifest of the only piece of a sector that is committed. */
  private static PieceActivationManifest committedPiece(PieceActivation activation) {
    SectorOrder order = SectorFixtures.order(SectorFixtures.SOURCE.activating(activation));
    SectorCore core =
        SectorCore.of(order, SectorFixtures.stamp(0))
            .withPiece(new SectorPiece(SectorFixtures.PIECE, "/data/picture.png", 1000));
    Committing committing =
        new Committing(
            core,
            SectorFixtures.REPLICA,
            SectorFixtures.PRE_COMMITTED,
            SectorFixtures.SEED,
            SectorFixtures.PROOF,
            MessageSlot.FRESH.asked(SectorFixtures.COMMIT_OUT));
    MessageIntent intent = SectorMessages.intent(committing).orElseThrow();
    ProveCommitSectors3Params params =
        ProveCommitSectors3Params.fromCbor(intent.message().params());
    PieceActivationManifest piece = params.sectors().get(0).pieces().get(0);
    assertThat(piece.paddedBytes()).isEqualTo(SectorFixtures.PIECE.paddedBytes());
    return piece;
  }

  @Test
  void sendsOnlyTheRest_whenTheDepositCoversPartOfThePledge() {
    assertThat(SectorMessages.commitValue(TokenAmount.ofFil(3), TokenAmount.ofFil(1)))
        .isEqualTo(TokenAmount.ofFil(2));
    assertThat(SectorMessages.commitValue(TokenAmount.ofFil(1), TokenAmount.ofFil(3)))
        .isEqualTo(TokenAmount.ZERO);
  }
}
