package io.granary.ops.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.granary.devnet.PreSealedFile;
import io.granary.devnet.chain.GenesisSpec.PreSealed;
import io.granary.ops.node.PreSealing;
import io.granary.protocol.SectorId;
import io.granary.protocol.SectorSize;
import io.granary.prover.ProverWorkersSettings;
import io.granary.prover.child.Children;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Genesis sectors sealed by the real child: files, commitments and places. */
class PreSealedScenarioTest {
  @TempDir Path folder;

  @Test
  void sealsSectorsOfTheirOwn_inTheDeadlinesAskedFor() throws Exception {
    Config config =
        ConfigFactory.parseString(
                "granary.prover.child.work-directory = \"" + folder.resolve("children") + "\"")
            .withFallback(ConfigFactory.load())
            .resolve();
    Path storage = folder.resolve("storage");
    Path file = folder.resolve("pre-sealed.json");
    List<Integer> progress = new ArrayList<>();
    List<PreSealed> sealed;
    try (Children children = new Children(ProverWorkersSettings.from(config).child())) {
      sealed =
          PreSealing.seal(
              children,
              storage,
              file,
              new PreSealing.Order(SectorSize.SIZE_2KIB, 4, 2),
              progress::add);
    }

    assertThat(progress).containsExactly(1, 2, 3, 4);
    assertThat(PreSealedFile.read(file)).isEqualTo(sealed);
    assertThat(sealed).extracting(PreSealed::commR).doesNotHaveDuplicates();
    assertThat(sealed)
        .extracting(sector -> sector.deadline().orElse(-1))
        .containsExactly(0, 0, 1, 1);
    for (PreSealed sector : sealed) {
      String name = new SectorId(PreSealing.MINER, sector.number()).fileName();
      assertThat(Files.size(storage.resolve("sealed").resolve(name))).isEqualTo(2048);
      assertThat(storage.resolve("cache").resolve(name)).isNotEmptyDirectory();
    }
  }
}
