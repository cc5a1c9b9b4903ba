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

  /**
   * What the slots for proving partitions and blocks need for the largest size that can be proven
   * here.
   */
  static Resources reserved(ProverWorkersSettings.Worker worker, Set<Long> provable) {
    return Arrays.stream(SectorSize.values())
        .filter(size -> provable.contains(size.bytes()))
        .max(Comparator.comparingLong(SectorSize::bytes))
        .map(
            size ->
                JobCosts.windowPoSt(size)
                    .times(slots(worker, JobClass.POST_PROVE))
                    .plus(JobCosts.winningPoSt(size).times(slots(worker, JobClass.WINNING_PROVE))))
        .orElse(Resources.NONE);
  }

  private static int slots(ProverWorkersSettings.Worker worker, JobClass jobClass) {
    return worker.slots().getOrDefault(jobClass, 0);
  }
}
