package io.granary.prover.node;

import com.sun.management.OperatingSystemMXBean;
import io.granary.protocol.SectorSize;
import io.granary.prover.JobClass;
import io.granary.prover.ProverWorkersSettings;
import io.granary.prover.pool.JobCosts;
import io.granary.prover.pool.Resources;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Set;

/** What this machine, or the container the JVM runs in, has. */
final class Machine {
  private Machine() {}

  static Resources resources(int gpus) {
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    return new Resources(
        Runtime.getRuntime().availableProcessors(), system.getTotalMemorySize(), gpus);
  }

  /** What the slots for proving partitions need for the largest size that can be proven here. */
  static Resources reserved(ProverWorkersSettings.Worker worker, Set<Long> provable) {
    int slots = worker.slots().getOrDefault(JobClass.POST_PROVE, 0);
    Resources one =
        Arrays.stream(SectorSize.values())
            .filter(size -> provable.contains(size.bytes()))
            .max(Comparator.comparingLong(SectorSize::bytes))
            .map(JobCosts::windowPoSt)
            .orElse(Resources.NONE);
    return one.times(slots);
  }
}
