package io.granary.ops.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.ops.stage.ManagementStage;
import io.granary.ops.stage.ServedPieces;
import io.granary.ops.stage.StageExtension;
import io.granary.protocol.cid.Cid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(StageExtension.class)
class RetrievalCommandTest {
  @Test
  void showsWhatIsServed(ManagementStage stage) {
    Cli.Run run = Cli.run("retrieval", "status", "--node=" + stage.address());
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("127.0.0.1:7777")
        .contains("1 sealed")
        .contains("2, 300 of 5000 bytes");
  }

  @Test
  void showsAPiece(ManagementStage stage) {
    String piece = Cid.commP(ServedPieces.KEPT).toString();
    Cli.Run run = Cli.run("retrieval", "piece", "--node=" + stage.address(), piece);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("sealed in sector")
        .contains("complete, 3 blocks")
        .contains(ServedPieces.DEAL.toString());
  }

  @Test
  void saysThatAPieceIsNotKnown(ManagementStage stage) {
    Cli.Run run = Cli.run("retrieval", "piece", "--node=" + stage.address(), "nothing");
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("piece: ");
  }
}
