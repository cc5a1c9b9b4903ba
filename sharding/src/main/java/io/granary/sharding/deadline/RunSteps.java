package io.granary.sharding.deadline;

import io.granary.protocol.Epoch;
import io.granary.protocol.deadline.DeadlineEvent;
import io.granary.protocol.deadline.DeadlineRun;
import io.granary.protocol.deadline.PartitionState;
import io.granary.protocol.deadline.ProvingGrid;
import io.granary.protocol.deadline.ProvingWindow;
import io.granary.protocol.miner.MinerConfig;
import io.granary.protocol.sender.MessagePurpose;
import io.granary.sharding.entity.SeenHead;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * When a run takes which step: what is due at a head, what the chain must be asked first, and when
 * the run is over. Belongs to the one actor.
 */
final class RunSteps {
  private final long index;
  private final DeadlineSettings settings;
  private final DeadlineWork work;
  private final DeadlineReads reads;
  private final RunDriver driver;

  RunSteps(
      long index,
      DeadlineSettings settings,
      DeadlineWork work,
      DeadlineReads reads,
      RunDriver driver) {
    this.index = index;
    this.settings = settings;
    this.work = work;
    this.reads = reads;
    this.driver = driver;
  }

  /** The states of {@code partitions}, without those the run does not have. */
  static List<PartitionState> among(DeadlineRun run, Collection<Long> partitions) {
    return partitions.stream()
        .flatMap(partition -> Optional.ofNullable(run.partitions().get(partition)).stream())
        .toList();
  }

  /**
   * Whether nothing more is to be waited for: every landing lies beyond the re-org depth, or the
   * next period's run must begin.
   */
  boolean isOver(DeadlineRun run, ProvingGrid grid, Epoch now) {
    Epoch close = run.window().close();
    if (now.isBefore(close)) {
      return false;
    }
    ProvingWindow next = grid.next(index, now);
    return now.since(close) >= settings.closeGrace()
        || now.since(next.challenge()) >= settings.challengeConfidence();
  }

  /** What of {@code among} is due at the head, while the window is not over. */
  List<DeadlineEvent> due(
      DeadlineRun run,
      Collection<PartitionState> among,
      MinerConfig miner,
      SeenHead<DeadlineCommand> head) {
    List<DeadlineEvent> events = new ArrayList<>(driver.asks(run, among, head.stamp()));
    events.addAll(submissions(run, among, miner, head));
    return events;
  }

  /** The messages that are due; reads first what the chain says of the run at this head. */
  private List<DeadlineEvent> submissions(
      DeadlineRun run,
      Collection<PartitionState> among,
      MinerConfig miner,
      SeenHead<DeadlineCommand> head) {
    boolean ready =
        among.stream().anyMatch(PartitionState.ProofMade.class::isInstance)
            && !Batches.due(run, head.epoch(), settings).isEmpty();
    long sinceChallenge = head.epoch().since(run.window().challenge());
    boolean unsettled = sinceChallenge > 0 && sinceChallenge <= settings.challengeSettled();
    if (!ready && !unsettled) {
      return List.of();
    }
    Optional<DeadlineChain.Submission> agreed = work.agreedAt(head.tick().head());
    if (agreed.isEmpty()) {
      reads.submission(run.window(), head.tick());
      return List.of();
    }
    return ready ? submissions(run, agreed.get(), miner, head) : List.of();
  }

  private List<DeadlineEvent> submissions(
      DeadlineRun run,
      DeadlineChain.Submission agreed,
      MinerConfig miner,
      SeenHead<DeadlineCommand> head) {
    return driver.submissions(
        run,
        Batches.due(run, head.epoch(), settings),
        agreed,
        miner.senderFor(MessagePurpose.WINDOW_POST),
        head.stamp());
  }

  /**
   * What follows from {@code now}, which the chain says of the run: a new plan where they differ,
   * or the messages that are due.
   */
  List<DeadlineEvent> prepared(
      DeadlineRun run,
      DeadlineChain.Submission now,
      MinerConfig miner,
      SeenHead<DeadlineCommand> head) {
    Optional<DeadlineEvent> replan = RunDriver.replan(run, now, head.stamp());
    if (replan.isPresent()) {
      work.agreed = Optional.empty();
      return List.of(replan.get());
    }
    work.agreed = Optional.of(now);
    return submissions(run, now, miner, head);
  }

  /** Cancels the jobs of {@code before} that {@code after} does not have. */
  void cancelReplaced(DeadlineRun before, DeadlineRun after) {
    driver.cancel(
        before.partitions().entrySet().stream()
            .filter(each -> !each.getValue().equals(after.partitions().get(each.getKey())))
            .map(Map.Entry::getValue)
            .toList());
  }
}
