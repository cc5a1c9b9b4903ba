package io.granary.sharding.deadline;

import io.granary.protocol.Epoch;
import io.granary.protocol.deadline.DeadlineEvent;
import io.granary.protocol.deadline.PartitionState;
import io.granary.protocol.deadline.ProvingDeadlineState;
import io.granary.protocol.deadline.ProvingDeadlineState.Running;
import io.granary.protocol.deadline.RecoveryState;

/** Who hears of what became of a message: sectors and operators. */
final class DeadlineAnnouncer {
  private final DeadlineVoice voice;
  private final FaultWatch faults;
  private final DeadlineOperatorLog log;

  DeadlineAnnouncer(DeadlineVoice voice, FaultWatch faults, DeadlineOperatorLog log) {
    this.voice = voice;
    this.faults = faults;
    this.log = log;
  }

  /**
   * {@code event} led from {@code before} to {@code now}.
   *
   * @param epoch of the head
   */
  void tell(
      ProvingDeadlineState before, ProvingDeadlineState now, DeadlineEvent event, Epoch epoch) {
    if (event instanceof DeadlineEvent.ProvenInPeriod proven && now instanceof Running running) {
      if (running.run().partitions().get(proven.partition()) instanceof PartitionState.Proven p) {
        voice.proven(running.run(), p);
      }
    } else if (event instanceof DeadlineEvent.RecoveryDeclared declared
        && before.faults().recovery() instanceof RecoveryState.Declaring declaring) {
      faults.declared(declaring.sectors(), declared.inclusionEpoch());
    } else if (event instanceof DeadlineEvent.RecoveryFailed failed) {
      log.recoveryFailed(failed);
    } else if (event instanceof DeadlineEvent.LandingLost lost) {
      log.landingLost(lost);
    } else if (event instanceof DeadlineEvent.SubmissionReverted reverted
        && now instanceof Running running
        && !epoch.isBefore(running.run().window().close())) {
      log.revertedAfterClose(reverted);
    }
  }
}
