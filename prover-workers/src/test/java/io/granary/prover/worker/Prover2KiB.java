package io.granary.prover.worker;

import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.SectorId;
import io.granary.protocol.SectorSize;
import io.granary.protocol.job.JobOutput;
import io.granary.protocol.job.JobSpec;
import io.granary.protocol.job.ReplicaRef;
import io.granary.protocol.piece.PieceInfo;
import io.granary.prover.ProverWorkersSettings;
import io.granary.prover.TestSettings;
import io.granary.prover.child.Children;
import io.granary.prover.storage.StoragePath;
import io.granary.prover.storage.StoragePaths;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ObjIntConsumer;

/** A node's job runner over the real prover and one storage path, without actors. */
final class Prover2KiB implements AutoCloseable {
  static final SectorSize SIZE = SectorSize.SIZE_2KIB;
  static final ActorId MINER = new ActorId(1000);

  final StoragePaths storage;
  final Children children;
  final JobRunner runner;
  final Path root;

  Prover2KiB(Path home, String overrides) throws IOException {
    TestSettings.requireProver();
    root = home.resolve("path");
    StoragePath.create(root, 1, true, true, 0);
    ProverWorkersSettings settings = TestSettings.of(home, overrides);
    storage = StoragePaths.open(new ProverWorkersSettings.Storage(List.of(root), 0, 3));
    children = new Children(settings.child());
    runner = new JobRunner(settings, storage, children);
  }

  /** Fails with the command that helps when there are no 2 KiB parameters. */
  void requireParameters() {
    var hello = children.hello();
    Set<String> circuits = hello.circuits().getOrDefault(SIZE.bytes(), Set.of());
    if (!circuits.containsAll(Set.of("porep", "window_post"))) {
      throw new AssertionError(
          "no 2 KiB parameters in "
              + hello.parameterCache()
              + ": run `granary-prover-params --sector-size 2KiB` (prover-workers/native), or set"
              + " GRANARY_PARAMETER_CACHE");
    }
  }

  JobOutput run(JobSpec spec) {
    return run(spec, (stage, percent) -> {});
  }

  JobOutput run(JobSpec spec, ObjIntConsumer<String> progress) {
    return runner.run(spec, new JobRun(spec.id(), Map.of(), progress));
  }

  static Bytes filled(int value) {
    byte[] bytes = new byte[32];
    Arrays.fill(bytes, (byte) value);
    return Bytes.of(bytes);
  }

  /** Seals a sector through PC2, which takes milliseconds. */
  JobOutput.PreCommit2Done seal(
      SectorId sector, SectorSize size, Bytes ticket, List<PieceInfo> pieces) {
    run(new JobSpec.PreCommit1(sector, size.sealProofV1_1(), ticket, pieces));
    return (JobOutput.PreCommit2Done)
        run(new JobSpec.PreCommit2(sector, size.sealProofV1_1(), ticket, pieces));
  }

  static ReplicaRef replica(SectorId sector, JobOutput.PreCommit2Done sealed) {
    return new ReplicaRef(sector.number(), SIZE.sealProofV1_1(), sealed.commR());
  }

  static JobSpec.WindowPoStVanilla vanilla(Bytes randomness, ReplicaRef... sectors) {
    return new JobSpec.WindowPoStVanilla(
        MINER, SIZE.windowPoStV1_1(), 0, 0, randomness, List.of(sectors));
  }

  static JobSpec.WindowPoStSnark snark(
      Bytes randomness, JobOutput.VanillaProofs vanilla, List<ReplicaRef> sectors) {
    return new JobSpec.WindowPoStSnark(
        MINER,
        SIZE.windowPoStV1_1(),
        0,
        0,
        randomness,
        sectors,
        vanilla.proven().stream().map(JobOutput.VanillaProofs.Proven::proof).toList());
  }

  @Override
  public void close() {
    children.close();
    runner.close();
    storage.close();
  }
}
