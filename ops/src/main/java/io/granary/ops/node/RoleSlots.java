package io.granary.ops.node;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigValueFactory;
import java.util.ArrayList;
import java.util.List;

/** What the roles of a node leave of its worker's settings. */
final class RoleSlots {
  private static final String SLOTS = "granary.prover.worker.slots.";
  private static final String NAME = "granary.prover.worker.name";

  /** Jobs on the files of storage paths. */
  private static final List<String> FILES =
      List.of("post-read", "winning-read", "piece", "read", "unseal");

  /** Jobs that take a processor for themselves. */
  private static final List<String> PROOFS = List.of("post-prove", "winning-prove", "sdr", "gpu");

  private RoleSlots() {}

  /**
   * {@code config} without slots for jobs that are not of the node's roles: only a prover proves
   * and seals; files are the work of the storage role, and of a prover on storage paths of its own.
   * A worker without a name of its own is called as its node is.
   */
  static Config apply(Config config, NodeSettings settings) {
    boolean prover = settings.roles().contains("prover");
    boolean files =
        settings.roles().contains("storage")
            || (prover && !config.getList("granary.prover.storage.paths").isEmpty());
    List<String> none = new ArrayList<>();
    if (!prover) {
      none.addAll(PROOFS);
    }
    if (!files) {
      none.addAll(FILES);
    }
    Config result =
        config.getString(NAME).isBlank()
            ? config.withValue(NAME, ConfigValueFactory.fromAnyRef(settings.name()))
            : config;
    for (String slot : none) {
      result = result.withValue(SLOTS + slot, ConfigValueFactory.fromAnyRef(0));
    }
    return result;
  }
}
