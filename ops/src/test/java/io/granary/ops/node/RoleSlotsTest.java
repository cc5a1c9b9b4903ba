package io.granary.ops.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import io.granary.prover.JobClass;
import io.granary.prover.ProverWorkersSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a worker takes, by its node's roles. */
class RoleSlotsTest {
  private static final String PATHS = "granary.prover.storage.paths = [\"/mnt/a\"]\n";

  @TempDir private Path folder;

  private Config load(String roles, String more) throws IOException {
    Path file = folder.resolve("node.conf");
    Files.writeString(file, "granary.node { name = n7, roles = [" + roles + "] }\n" + more);
    return NodeConfiguration.load(file);
  }

  private Set<JobClass> taken(String roles, String more) throws IOException {
    Config config = load(roles, more);
    return ProverWorkersSettings.from(RoleSlots.apply(config, NodeSettings.from(config)))
        .worker()
        .slots()
        .entrySet()
        .stream()
        .filter(slot -> slot.getValue() > 0)
        .map(slot -> slot.getKey())
        .collect(Collectors.toSet());
  }

  @Test
  void takesEverything_withBothRoles() throws IOException {
    assertThat(taken("storage, prover", PATHS)).containsExactlyInAnyOrder(JobClass.values());
  }

  @Test
  void provesNothing_onAMereStorageNode() throws IOException {
    assertThat(taken("storage", PATHS))
        .contains(JobClass.POST_READ, JobClass.WINNING_READ, JobClass.PIECE)
        .contains(JobClass.READ, JobClass.UNSEAL)
        .doesNotContain(JobClass.POST_PROVE, JobClass.WINNING_PROVE)
        .doesNotContain(JobClass.SDR, JobClass.GPU);
  }

  @Test
  void takesNoFileJobs_onAProverWithoutPaths() throws IOException {
    assertThat(taken("prover", ""))
        .contains(JobClass.POST_PROVE, JobClass.WINNING_PROVE, JobClass.SDR, JobClass.GPU)
        .doesNotContain(JobClass.POST_READ, JobClass.WINNING_READ, JobClass.PIECE)
        .doesNotContain(JobClass.READ, JobClass.UNSEAL);
  }

  @Test
  void readsItsOwnFiles_onAProverWithPaths() throws IOException {
    assertThat(taken("prover", PATHS)).contains(JobClass.POST_PROVE, JobClass.POST_READ);
  }

  @Test
  void isCalledAsItsNode_withoutANameOfItsOwn() throws IOException {
    Config config = load("prover", "");
    assertThat(
            ProverWorkersSettings.from(RoleSlots.apply(config, NodeSettings.from(config)))
                .worker()
                .name())
        .isEqualTo("n7");
  }

  @Test
  void needsStoreAndChain_onlyWithEntitiesOrApi() throws IOException {
    assertThat(NodeSettings.from(load("prover, storage, bridge", "")).needsStoreAndChain())
        .isFalse();
    assertThat(NodeSettings.from(load("ops", "")).needsStoreAndChain()).isTrue();
    assertThat(NodeSettings.from(load("sector", "")).needsStoreAndChain()).isTrue();
  }
}
