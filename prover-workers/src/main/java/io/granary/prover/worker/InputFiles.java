package io.granary.prover.worker;

import io.granary.protocol.job.BlobRef;
import io.granary.protocol.job.JobFailure;
import io.granary.prover.storage.BlobStore;
import io.granary.prover.transfer.Exchange;
import io.granary.prover.transfer.Holder;
import io.granary.prover.transfer.Scratch;
import io.granary.prover.transfer.TransferException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the blobs a job reads to this node: those that are here are used where they lie, the
 * others are fetched from whoever has them, or a copy, and go when the job ends. Thread-safe.
 */
final class InputFiles {
  private static final Logger LOG = LoggerFactory.getLogger(InputFiles.class);

  private final BlobStore blobs;
  private final Exchange exchange;

  InputFiles(BlobStore blobs, Exchange exchange) {
    this.blobs = blobs;
    this.exchange = exchange;
  }

  /** Files of a job's blobs, in the order asked; closed when the job is done. */
  static final class Here implements AutoCloseable {
    private final List<Path> files;
    private final Optional<Scratch.Lease> lease;

    private Here(List<Path> files, Optional<Scratch.Lease> lease) {
      this.files = List.copyOf(files);
      this.lease = lease;
    }

    List<Path> files() {
      return files;
    }

    @Override
    public void close() {
      lease.ifPresent(Scratch.Lease::close);
    }
  }

  /**
   * Brings every blob of {@code wanted}, which is not empty.
   *
   * @throws JobFailedException of kind {@code DATA} when one is nowhere to be had, {@code
   *     ENVIRONMENT} when there is no room for it
   */
  Here bring(String subject, List<BlobRef> wanted, JobRun run) {
    Map<BlobRef, Path> local = new HashMap<>();
    List<BlobRef> missing = new ArrayList<>();
    for (BlobRef blob : wanted) {
      blobs
          .locate(blob)
          .filter(Files::isRegularFile)
          .ifPresentOrElse(file -> local.put(blob, file), () -> missing.add(blob));
    }
    if (missing.isEmpty()) {
      return new Here(wanted.stream().map(local::get).toList(), Optional.empty());
    }
    Scratch.Lease lease = lease(subject, missing);
    try {
      local.putAll(fetch(subject, missing, lease, run));
      return new Here(wanted.stream().map(local::get).toList(), Optional.of(lease));
    } catch (RuntimeException e) {
      lease.close();
      throw e;
    }
  }

  private Scratch.Lease lease(String subject, List<BlobRef> missing) {
    try {
      return exchange.scratch().lease(missing.stream().mapToLong(BlobRef::length).sum());
    } catch (TransferException e) {
      throw new JobFailedException(JobFailure.Kind.ENVIRONMENT, subject + ": " + e.getMessage(), e);
    }
  }

  private Map<BlobRef, Path> fetch(
      String subject, List<BlobRef> missing, Scratch.Lease lease, JobRun run) {
    run.progress("fetch", 0);
    AtomicReference<Optional<Holder>> lucky = new AtomicReference<>(Optional.empty());
    Map<BlobRef, CompletableFuture<Path>> coming = new HashMap<>();
    for (int i = 0; i < missing.size(); i++) {
      BlobRef blob = missing.get(i);
      Path target = lease.folder().resolve(Integer.toString(i));
      coming.put(
          blob,
          CompletableFuture.supplyAsync(
              () -> fetch(subject, blob, target, lucky, run), exchange.fetching()));
    }
    Map<BlobRef, Path> files = new HashMap<>();
    try {
      coming.forEach((blob, file) -> files.put(blob, file.join()));
    } catch (CompletionException e) {
      coming.values().forEach(file -> file.cancel(false));
      settle(coming);
      if (e.getCause() instanceof JobFailedException failed) {
        throw failed;
      }
      throw e;
    }
    return files;
  }

  /** Waits until nobody writes any more. */
  private static void settle(Map<BlobRef, CompletableFuture<Path>> coming) {
    coming.values().forEach(file -> file.handle((path, failure) -> path).join());
  }

  /** From its own node, then from those with copies, that which had the last one first. */
  private Path fetch(
      String subject,
      BlobRef blob,
      Path target,
      AtomicReference<Optional<Holder>> lucky,
      JobRun run) {
    run.checkCancelled();
    List<Holder> holders = new ArrayList<>(run.surroundings().holdersOf(blob));
    Objects.requireNonNull(lucky.get())
        .filter(holders::remove)
        .ifPresent(holder -> holders.add(0, holder));
    List<String> tried = new ArrayList<>();
    for (Holder holder : holders) {
      try {
        exchange.client().fetch(holder.address(), blob, target, run);
        lucky.set(Optional.of(holder));
        return target;
      } catch (TransferException e) {
        run.checkCancelled();
        if (e.kind() == TransferException.Kind.NO_ROOM) {
          throw new JobFailedException(
              JobFailure.Kind.ENVIRONMENT, subject + ": " + e.getMessage(), e);
        }
        LOG.debug("{} cannot be had from {}", blob.path(), holder.worker(), e);
        tried.add(holder.worker() + ": " + e.getMessage());
      }
    }
    throw new JobFailedException(
        JobFailure.Kind.DATA,
        subject
            + ": "
            + blob.path()
            + " is gone: it is not on this node"
            + (tried.isEmpty() ? " and no other node has it" : ", and " + tried));
  }
}
