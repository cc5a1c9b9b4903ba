package io.granary.prover.worker;

import io.granary.protocol.job.JobFailure;
import io.granary.protocol.job.JobOutput;
import io.granary.protocol.job.JobSpec;
import io.granary.protocol.job.SectorFileType;
import io.granary.prover.JobClass;
import io.granary.prover.ProverWorkersSettings;
import io.granary.prover.child.ChildException;
import io.granary.prover.child.Children;
import io.granary.prover.storage.BlobStore;
import io.granary.prover.storage.StorageException;
import io.granary.prover.storage.StoragePaths;
import io.granary.prover.transfer.Exchange;
import io.granary.prover.transfer.TransferServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/** Runs every kind of job over this node's storage paths and child processes. Thread-safe. */
public final class JobRunner implements Jobs, AutoCloseable {
  private final StoragePaths storage;
  private final SectorFiles files;
  private final SectorLocks locks = new SectorLocks();
  private final PieceJobs pieces;
  private final SealingJobs sealing;
  private final UnsealingJobs unsealing;
  private final VanillaJobs vanilla;
  private final PartitionJobs partitions;
  private final Exchange exchange;
  private final SelfTest selfTest;
  private final ScheduledExecutorService watchdog;

  /**
   * A runner.
   *
   * @throws IOException when the work directory cannot be written
   * @throws IllegalArgumentException when the transfer settings need a secret and there is none
   */
  public JobRunner(ProverWorkersSettings settings, StoragePaths storage, Children children)
      throws IOException {
    BlobStore blobs = new BlobStore(storage);
    Path work = settings.child().workDirectory();
    this.exchange =
        Exchange.open(
            settings.transfer(),
            blobs,
            work.resolve("scratch"),
            settings.storage().vanillaRunsKept());
    this.files = new SectorFiles(storage, blobs);
    ChildCalls child = new ChildCalls(children, settings.child());
    this.storage = storage;
    this.watchdog =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "prover-vanilla-watchdog");
              thread.setDaemon(true);
              return thread;
            });
    this.pieces = new PieceJobs(files, new PieceInputs(storage, blobs, exchange.client()));
    InputFiles inputs = new InputFiles(blobs, exchange);
    ReceiptFolder receipts =
        new ReceiptFolder(work.resolve("receipts"), settings.worker().receiptsKept());
    this.sealing = new SealingJobs(files, child, inputs, receipts);
    this.unsealing = new UnsealingJobs(files, child);
    this.vanilla =
        new VanillaJobs(
            files, new VanillaReader(child, watchdog, settings.worker()), settings, exchange);
    this.partitions = new PartitionJobs(inputs, child, receipts);
    this.selfTest = new SelfTest(children, child);
  }

  /**
   * What this node serves to others: its blobs, and vanilla proofs of the sectors that lie here.
   */
  public TransferServer.Services services() {
    return new TransferServer.Services(
        exchange.blobs(), new ServedVanilla(vanilla), exchange.copies());
  }

  /** This node's way to the others. */
  public Exchange exchange() {
    return exchange;
  }

  @Override
  public JobOutput run(JobSpec spec, JobRun run) {
    try {
      run.checkCancelled();
      return dispatch(spec, run);
    } catch (ChildException e) {
      throw Failures.of(e, run, subject(spec));
    } catch (StorageException | UncheckedIOException e) {
      throw new JobFailedException(
          JobFailure.Kind.ENVIRONMENT, subject(spec) + ": " + reason(e), e);
    }
  }

  @Override
  public void test(JobClass jobClass) {
    selfTest.run(jobClass);
  }

  /** The message, and that of the cause when it says more ("No space left on device"). */
  private static String reason(RuntimeException e) {
    Throwable cause = e.getCause();
    return cause == null ? e.getMessage() + "" : e.getMessage() + ": " + cause.getMessage();
  }

  private JobOutput dispatch(JobSpec spec, JobRun run) {
    if (spec instanceof JobSpec.WindowPoStVanilla post) {
      return vanilla.read(post, run);
    } else if (spec instanceof JobSpec.WindowPoStSnark post) {
      return partitions.prove(post, run);
    } else if (spec instanceof JobSpec.CheckReplica check) {
      return vanilla.check(check, run);
    } else if (spec instanceof JobSpec.Unseal unseal) {
      return unsealing.unseal(unseal, run);
    } else if (spec instanceof JobSpec.Commit2 commit2) {
      return sealing.commit2(commit2, run);
    } else if (spec instanceof JobSpec.OfSector ofSector) {
      return locks.holding(ofSector.sector(), run, () -> writing(ofSector, run));
    }
    throw new IllegalStateException("no way to run " + spec.getClass());
  }

  /** Jobs that write a sector's files, one at a time for each sector. */
  private JobOutput writing(JobSpec.OfSector spec, JobRun run) {
    if (spec instanceof JobSpec.AddPiece add) {
      return pieces.addPiece(add, run);
    } else if (spec instanceof JobSpec.PreCommit1 pc1) {
      return sealing.preCommit1(pc1, run);
    } else if (spec instanceof JobSpec.PreCommit2 pc2) {
      return sealing.preCommit2(pc2, run);
    } else if (spec instanceof JobSpec.Commit1 c1) {
      return sealing.commit1(c1, run);
    } else if (spec instanceof JobSpec.Finalize finish) {
      return sealing.finish(finish, run);
    } else if (spec instanceof JobSpec.DropUnsealed drop) {
      return dropUnsealed(drop, run);
    } else if (spec instanceof JobSpec.RemoveFiles remove) {
      storage.remove(remove.sector());
      return new JobOutput.FilesRemoved();
    }
    throw new IllegalStateException("no way to run " + spec.getClass());
  }

  /**
   * The data is deleted only where it can be had again: from a finished replica on this node that
   * has just answered.
   */
  private JobOutput dropUnsealed(JobSpec.DropUnsealed spec, JobRun run) {
    files.requireFinalized(spec.sector());
    vanilla.check(
        new JobSpec.CheckReplica(spec.sector(), spec.sealProof(), spec.sealed(), spec.randomness()),
        run);
    run.checkCancelled();
    storage.remove(spec.sector(), SectorFileType.UNSEALED);
    return new JobOutput.UnsealedDropped();
  }

  /** What a job is about, for messages: a sector or a partition. */
  public static String subject(JobSpec spec) {
    if (spec instanceof JobSpec.OfSector ofSector) {
      return "sector " + ofSector.sector();
    } else if (spec instanceof JobSpec.WindowPoStVanilla post) {
      return post.postProof().isWindow()
          ? partition(post.miner() + "", post.deadline(), post.partition())
          : "winning PoSt of miner " + post.miner();
    } else if (spec instanceof JobSpec.WindowPoStSnark post) {
      return post.postProof().isWindow()
          ? partition(post.miner() + "", post.deadline(), post.partition())
          : "winning PoSt of miner " + post.miner();
    }
    throw new IllegalStateException("no subject for " + spec.getClass());
  }

  private static String partition(String miner, long deadline, long partition) {
    return "miner " + miner + " deadline " + deadline + " partition " + partition;
  }

  @Override
  public void close() {
    exchange.close();
    watchdog.shutdownNow();
  }
}
