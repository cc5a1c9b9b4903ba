package io.granary.prover.child;

import io.granary.prover.ProverWorkersSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How one child is started.
 *
 * @param command program and arguments
 * @param environment set over the JVM's own, from which everything that steers the proofs library
 *     is removed first
 * @param directory the child's own; its {@code cwd} (empty, because the library reads a settings
 *     file from there) and {@code tmp} are made in it, and all of it goes when the child ends
 * @param sharedTmp in place of the own {@code tmp}, for children that share a device's GPU lock
 */
public record ChildLaunch(
    ChildClass childClass,
    List<String> command,
    Map<String, String> environment,
    Path directory,
    Optional<Path> sharedTmp,
    ProverWorkersSettings.Child settings) {
  /** Environment names that would change how the library works behind our settings' back. */
  static final List<String> STEERING_PREFIXES =
      List.of("FIL_PROOFS_", "BELLMAN_", "BELLPERSON_", "EC_GPU_", "RAYON_", "RUST_", "NEPTUNE_");

  public ChildLaunch {
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
  }

  /** The launch of the real binary as the settings say. */
  public static ChildLaunch of(
      ChildClass childClass, Path directory, ProverWorkersSettings.Child settings) {
    List<String> command = new ArrayList<>();
    command.add(settings.binary().toString());
    command.addAll(List.of("--class", childClass.option(), "--log", settings.logLevel()));
    Map<String, String> environment = new HashMap<>();
    String threads = Integer.toString(settings.threads());
    environment.put("RAYON_NUM_THREADS", threads);
    environment.put("EC_GPU_NUM_THREADS", threads);
    settings
        .parameterCache()
        .ifPresent(
            cache -> {
              command.addAll(List.of("--parameter-cache", cache.toString()));
              environment.put("FIL_PROOFS_PARAMETER_CACHE", cache.toString());
            });
    settings
        .parentCache()
        .ifPresent(
            cache -> {
              command.addAll(List.of("--parent-cache", cache.toString()));
              environment.put("FIL_PROOFS_PARENT_CACHE", cache.toString());
            });
    boolean usesDevice =
        childClass == ChildClass.GPU
            || childClass == ChildClass.POST
            || childClass == ChildClass.WINNING;
    Optional<Path> sharedTmp = Optional.empty();
    if (usesDevice && settings.device().isPresent()) {
      environment.put("CUDA_VISIBLE_DEVICES", settings.device().get());
      sharedTmp =
          Optional.of(settings.workDirectory().resolve("device-" + settings.device().get()));
    }
    return new ChildLaunch(childClass, command, environment, directory, sharedTmp, settings);
  }
}
