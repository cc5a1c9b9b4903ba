package io.granary.protocol.sector;

import io.granary.protocol.Epoch;
import io.granary.protocol.job.JobFailure;
import io.granary.protocol.job.JobOutput;
import io.granary.protocol.job.JobReport;
import io.granary.protocol.sender.MessageReport;
import java.util.List;
import java.util.Optional;

/** Lives that together have every kind of event, to be recorded with each release. */
public final class RecordedLives {
  private RecordedLives() {}

  /** The events of each life. */
  public static List<List<SectorEvent>> all() {
    return List.of(
        withPieces().events(),
        throughReorgs().events(),
        throughAFault().events(),
        expired().events());
  }

  /** A sector that is given up for the data of its second piece, and one whose piece is right. */
  public static List<List<SectorEvent>> damaged() {
    SectorOrder.PieceSource right = SectorFixtures.SOURCE.requiring(SectorFixtures.PIECE.commP());
    SectorOrder.PieceSource wrong =
        SectorFixtures.SOURCE
            .activating(new PieceActivation.MarketDeal(12))
            .requiring(SectorFixtures.COMM_D);
    JobOutput added = new JobOutput.PieceAdded(SectorFixtures.PIECE, SectorFixtures.UNSEALED);
    SectorStory damaged = new SectorStory().create(SectorFixtures.order(right, wrong));
    damaged.done(added).done(added).done(new JobOutput.FilesRemoved());
    SectorStory taken = new SectorStory().create(SectorFixtures.order(right)).done(added);
    return List.of(damaged.events(), taken.look(taken.ready()).events());
  }

  /** A sector whose unsealed copy goes, and one that has to keep it. */
  public static List<List<SectorEvent>> unsealed() {
    SectorStory dropped =
        new SectorStory()
            .toProvenWithPiece()
            .unsealedUnwanted()
            .fail(JobFailure.Kind.LOST)
            .pass(20)
            .tick()
            .done(new JobOutput.UnsealedDropped());
    SectorStory kept =
        new SectorStory().toProvenWithPiece().unsealedUnwanted().fail(JobFailure.Kind.DATA);
    return List.of(dropped.events(), kept.events());
  }

  private static SectorStory withPieces() {
    SectorStory story = new SectorStory();
    story.create(SectorFixtures.order(SectorFixtures.SOURCE));
    story.fail(JobFailure.Kind.ENVIRONMENT).pass(10).tick();
    story.done(new JobOutput.PieceAdded(SectorFixtures.PIECE, SectorFixtures.UNSEALED));
    story.look(story.ready()).fail(JobFailure.Kind.CHILD_DIED).pass(10).tick();
    return story.pass(4000).tick().look(story.ready());
  }

  private static SectorStory throughReorgs() {
    SectorStory story = new SectorStory().toPreCommitting();
    story.look(story.ready()).landed(7).pass(10).look(story.ready()).landed(0);
    story.report(new MessageReport.Reverted(story.message().intentId(), SectorFixtures.MESSAGE));
    story.pass(20).landed(0).pass(1);
    Epoch epoch = story.now().epoch().minus(1);
    story.look(story.preCommitted(epoch, Optional.empty())).pass(3).look(story.nothing());
    story.look(story.preCommitted(epoch, Optional.empty()));
    story.pass(160).look(story.preCommitted(epoch, Optional.of(SectorFixtures.SEED)));
    story.fail(JobFailure.Kind.DATA).done(new JobOutput.PreCommit1Done(SectorFixtures.CACHE));
    story.done(story.replica());
    story.look(story.preCommitted(epoch, Optional.empty()));
    story.look(story.preCommitted(epoch, Optional.of(SectorFixtures.SEED)));
    return story
        .done(new JobOutput.Commit1Done(SectorFixtures.COMMIT1))
        .look(story.preCommitted(epoch, Optional.of(SectorFixtures.OTHER_SEED)));
  }

  private static SectorStory throughAFault() {
    SectorStory story = new SectorStory().toProving();
    story.pass(5).look(story.nothing());
    story.pass(5).landed(0).pass(1);
    Epoch activation = story.now().epoch().minus(1);
    story.look(story.committed(activation, false, false));
    story.look(story.committed(activation, false, false)).pass(5).tick();
    story.done(new JobOutput.Finalized());
    story.observe(new SectorObservation.ProvenAt(new Epoch(1300), new Epoch(1310)));
    story.observe(
        new SectorObservation.FoundFaulty(
            "leaf 3", new Epoch(3000), Optional.of(SectorFixtures.filled(1))));
    story.report(
        new JobReport.Succeeded(
            SectorJobs.check((Faulty) story.state()).id(),
            3001,
            "worker-2",
            new JobOutput.ReplicaChecked(),
            5));
    story.observe(new SectorObservation.RecoveryDeclared(new Epoch(3010)));
    return story.observe(new SectorObservation.Recovered(new Epoch(3020)));
  }

  private static SectorStory expired() {
    SectorStory story = new SectorStory().toCommit2().fail(JobFailure.Kind.INPUT).retry();
    story.look(story.seeded(SectorFixtures.SEED));
    story.pass(100_000).look(story.seeded(SectorFixtures.SEED));
    return story.remove().done(new JobOutput.FilesRemoved());
  }
}
