package io.granary.protocol.sector;

import io.granary.protocol.Stamp;
import io.granary.protocol.actor.ExitCode;
import io.granary.protocol.sector.SectorEvent.MessageFailed;
import io.granary.protocol.sector.SectorEvent.MessageLanded;
import io.granary.protocol.sector.SectorEvent.MessageReverted;
import io.granary.protocol.sender.MessageReport;
import java.util.List;
import java.util.Optional;

/** What a sender's report makes of a sector. */
final class MessageOutcomes {
  private final SectorPolicy policy;

  MessageOutcomes(SectorPolicy policy) {
    this.policy = policy;
  }

  /** Empty when the report is of a message that the sector does not wait for. */
  Optional<List<SectorEvent>> reported(SectorState state, Stamp stamp, MessageReport report) {
    if (!(state instanceof SectorState.Posting posting)
        || !posting.message().waitsFor(report.intentId())) {
      return late(state, stamp, report);
    }
    if (report instanceof MessageReport.Landed landed) {
      return Optional.of(landed(posting, stamp, landed));
    }
    if (report instanceof MessageReport.Reverted reverted) {
      return Optional.of(
          landing(posting).isPresent()
              ? List.of(new MessageReverted(stamp, reverted.intentId()))
              : List.of());
    }
    if (report instanceof MessageReport.GaveUp gaveUp) {
      return Optional.of(
          gaveUp.kind() == MessageReport.GaveUp.Kind.TOO_MANY
              ? List.of()
              : failed(
                  posting,
                  stamp,
                  gaveUp.intentId(),
                  Optional.empty(),
                  gaveUp.kind() + ": " + gaveUp.reason()));
    }
    throw new IllegalStateException("unknown report " + report);
  }

  /** The chain has shown already what the report tells of. */
  private static Optional<List<SectorEvent>> late(
      SectorState state, Stamp stamp, MessageReport report) {
    return LateLandings.awaited(state)
        .filter(
            message ->
                message.intentId().equals(report.intentId())
                    && report instanceof MessageReport.Landed landed
                    && landed.receipt().succeeded())
        .map(message -> List.of(landing((MessageReport.Landed) report, stamp)));
  }

  private static SectorEvent landing(MessageReport.Landed report, Stamp stamp) {
    return new MessageLanded(stamp, report.intentId(), report.message(), report.inclusionEpoch());
  }

  private List<SectorEvent> landed(
      SectorState.Posting state, Stamp stamp, MessageReport.Landed report) {
    if (!report.receipt().succeeded()) {
      long exitCode = report.receipt().exitCode();
      return failed(
          state,
          stamp,
          report.intentId(),
          Optional.of(exitCode),
          "message " + report.message() + " landed with exit code " + exitCode);
    }
    OutgoingMessage.Landing at =
        new OutgoingMessage.Landing(report.message(), report.inclusionEpoch());
    return landing(state).equals(Optional.of(at)) ? List.of() : List.of(landing(report, stamp));
  }

  private static Optional<OutgoingMessage.Landing> landing(SectorState.Posting state) {
    return state.message().outgoing().flatMap(OutgoingMessage::landing);
  }

  private List<SectorEvent> failed(
      SectorState.Posting state,
      Stamp stamp,
      String intentId,
      Optional<Long> exitCode,
      String reason) {
    MessageFailed event =
        new MessageFailed(
            stamp,
            intentId,
            exitCode,
            reason,
            stamp.time().plus(policy.retryDelay(state.message().failures() + 1)));
    SectorState.Posting after = (SectorState.Posting) state.on(event);
    return consequence(after, stamp, exitCode, reason)
        .map(then -> List.<SectorEvent>of(event, then))
        .orElse(List.of(event));
  }

  /**
   * A refused proof is made again: that is what ILLEGAL_ARGUMENT says of a commit. Everything else
   * is sent again after a while and a look at the chain, which may show that the sector is where it
   * should be already.
   */
  private Optional<SectorEvent> consequence(
      SectorState.Posting state, Stamp stamp, Optional<Long> exitCode, String reason) {
    long code = exitCode.orElse(ExitCode.OK);
    if (code == ExitCode.FORBIDDEN) {
      return Optional.of(NextStep.park(stamp, reason + ": the sender may not act for the miner"));
    }
    if (code == ExitCode.ILLEGAL_ARGUMENT && state instanceof Committing) {
      return Optional.of(JobFailures.sendBack(policy, state, stamp, RedoFrom.COMMIT_1, reason));
    }
    return state.message().failures() >= policy.messageFailuresMax()
        ? Optional.of(
            NextStep.park(stamp, state.message().failures() + " messages failed; last: " + reason))
        : Optional.empty();
  }
}
