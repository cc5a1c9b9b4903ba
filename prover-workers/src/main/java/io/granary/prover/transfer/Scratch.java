package io.granary.prover.transfer;

import io.granary.prover.files.FileTrees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where jobs keep what they fetched, for as long as they run; of bounded size. Thread-safe. */
public final class Scratch {
  private static final Logger LOG = LoggerFactory.getLogger(Scratch.class);

  private final Path home;
  private final long bytesMax;
  private final AtomicLong leases = new AtomicLong();
  private long leasedBytes;

  private Scratch(Path home, long bytesMax) {
    this.home = home;
    this.bytesMax = bytesMax;
  }

  /**
   * Uses the folder {@code home}, and removes what an earlier process left in it.
   *
   * @throws IOException when it cannot be written
   */
  public static Scratch open(Path home, long bytesMax) throws IOException {
    FileTrees.delete(home);
    Files.createDirectories(home);
    return new Scratch(home, bytesMax);
  }

  /**
   * Sets room aside, and makes a folder for it.
   *
   * @throws TransferException of kind {@code NO_ROOM}
   */
  public Lease lease(long bytes) {
    synchronized (this) {
      if (bytes < 0 || bytes > bytesMax - leasedBytes) {
        throw new TransferException(
            TransferException.Kind.NO_ROOM,
            "granary.prover.transfer.scratch-max: "
                + bytes
                + " bytes are to be fetched, "
                + (bytesMax - leasedBytes)
                + " may be");
      }
      leasedBytes += bytes;
    }
    Path folder = home.resolve(Long.toString(leases.incrementAndGet()));
    try {
      return new Lease(Files.createDirectories(folder), bytes);
    } catch (IOException e) {
      giveBack(bytes);
      throw new TransferException(
          TransferException.Kind.NO_ROOM, "cannot make scratch folder " + folder, e);
    }
  }

  private synchronized void giveBack(long bytes) {
    leasedBytes -= bytes;
  }

  /** Bytes set aside now. */
  public synchronized long leasedBytes() {
    return leasedBytes;
  }

  /** A folder that goes, with all that is in it, when closed. */
  public final class Lease implements AutoCloseable {
    private final Path folder;
    private final long bytes;

    private Lease(Path folder, long bytes) {
      this.folder = folder;
      this.bytes = bytes;
    }

    public Path folder() {
      return folder;
    }

    @Override
    public void close() {
      try {
        FileTrees.delete(folder);
      } catch (IOException e) {
        LOG.warn("cannot remove scratch folder {}; the next start will", folder, e);
      }
      giveBack(bytes);
    }
  }
}
