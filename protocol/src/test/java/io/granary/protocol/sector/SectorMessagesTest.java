package io.granary.protocol.sector;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.MinerMethod;
import io.granary.protocol.actor.PreCommitSectorBatchParams;
import io.granary.protocol.actor.ProveCommitSectors3Params;
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
  void sendsOnlyTheRest_whenTheDepositCoversPartOfThePledge() {
    assertThat(SectorMessages.commitValue(TokenAmount.ofFil(3), TokenAmount.ofFil(1)))
        .isEqualTo(TokenAmount.ofFil(2));
    assertThat(SectorMessages.commitValue(TokenAmount.ofFil(1), TokenAmount.ofFil(3)))
        .isEqualTo(TokenAmount.ZERO);
  }
}
