package io.granary.protocol.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.protocol.deadline.PartitionState;
import io.granary.protocol.deadline.ProvingDeadlineState;
import io.granary.protocol.deadline.RecoveryState;
import io.granary.protocol.deal.DealState;
import io.granary.protocol.miner.MinerState;
import io.granary.protocol.sender.IntentState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Holds the diagrams in {@code docs/flows} to the transition tables. To draw them anew: {@code mvn
 * -pl protocol test -Dtest=FlowDiagramsTest -Dgranary.draw=true}.
 */
class FlowDiagramsTest {
  private static final Path FLOWS = Path.of("..", "docs", "flows");
  private static final String BEGIN = "```mermaid\n";
  private static final String END = "```\n";

  @Test
  void diagramMatchesTable_whenSenderIsDrawn() throws IOException {
    check("sender.md", List.of(IntentState.TABLE.mermaid(IntentState.Unknown.class)));
  }

  @Test
  void diagramMatchesTable_whenDeadlineIsDrawn() throws IOException {
    check(
        "deadline.md",
        List.of(
            ProvingDeadlineState.TABLE.mermaid(ProvingDeadlineState.Resting.class),
            PartitionState.TABLE.mermaid(PartitionState.Planned.class),
            RecoveryState.TABLE.mermaid(RecoveryState.NotDeclared.class)));
  }

  @Test
  void diagramMatchesTable_whenMinerIsDrawn() throws IOException {
    check("miner.md", List.of(MinerState.TABLE.mermaid(MinerState.Unconfigured.class)));
  }

  @Test
  void diagramMatchesTable_whenDealIsDrawn() throws IOException {
    check("deal.md", List.of(DealState.TABLE.mermaid(DealState.Unknown.class)));
  }

  private static void check(String name, List<String> diagrams) throws IOException {
    Path file = FLOWS.resolve(name);
    String text = Files.readString(file);
    String drawn = text;
    int from = 0;
    for (String diagram : diagrams) {
      int begin = drawn.indexOf(BEGIN, from);
      assertThat(begin).as("a diagram in %s after %d", name, from).isNotNegative();
      begin += BEGIN.length();
      int end = drawn.indexOf(END, begin);
      drawn = drawn.substring(0, begin) + diagram + drawn.substring(end);
      from = begin + diagram.length();
    }
    if (Boolean.getBoolean("granary.draw")) {
      Files.writeString(file, drawn);
    }
    assertThat(Files.readString(file)).isEqualTo(drawn);
  }
}
