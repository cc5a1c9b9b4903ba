package io.granary.prover.transfer;

import io.granary.protocol.SectorNumber;
import io.granary.protocol.job.ReplicaRef;
import io.granary.prover.files.DurableFiles;
import io.granary.prover.transfer.TransferException.Kind;
import io.granary.prover.transfer.VanillaFrames.Told;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Has another node read sectors, and takes what it answers, sector by sector. Thread-safe. */
public final class RemoteVanilla {
  private static final String PATH = "/vanilla";

  /** How long to wait before a node that was busy is asked again. */
  private static final Duration BUSY_PAUSE = Duration.ofSeconds(1);

  /** Hears of every sector as soon as it is known, on the calling thread. */
  public interface Answers {
    /** The proof is a file of the folder, whole. */
    void proven(SectorNumber sector, Path proof);

    void unreadable(SectorNumber sector, String reason);
  }

  private final TransferClient client;

  public RemoteVanilla(TransferClient client) {
    this.client = client;
  }

  /**
   * Asks {@code node}, blocking. Proofs become files {@code <sector>.vanilla} of {@code folder}.
   *
   * @param limit for all of it
   * @throws TransferException when the node does not answer or breaks off; what was told before
   *     holds
   */
  public void read(
      TransferAddress node,
      VanillaAsk ask,
      Path folder,
      Duration limit,
      Answers answers,
      Cancellation cancellation) {
    long end = System.nanoTime() + limit.toNanos();
    byte[] body = ask.encode();
    try {
      HttpURLConnection connection = client.post(node, PATH, body);
      while (busy(connection) && System.nanoTime() + BUSY_PAUSE.toNanos() < end) {
        connection.disconnect();
        pause(cancellation);
        connection = client.post(node, PATH, body);
      }
      Cancellation.Registration registered = cancellation.register(connection::disconnect);
      try (registered) {
        TransferClient.requireAnswer(connection, PATH);
        try (InputStream in = new BufferedInputStream(connection.getInputStream())) {
          take(node, in, ask, folder, end, answers);
        }
      } finally {
        connection.disconnect();
      }
    } catch (IOException e) {
      throw new TransferException(Kind.UNREACHABLE, "node " + node + " broke off: " + e, e);
    }
  }

  private static boolean busy(HttpURLConnection connection) throws IOException {
    return connection.getResponseCode() == HttpURLConnection.HTTP_UNAVAILABLE;
  }

  private static void pause(Cancellation cancellation) {
    Thread waiting = Thread.currentThread();
    Cancellation.Registration registered = cancellation.register(waiting::interrupt);
    try (registered) {
      Thread.sleep(BUSY_PAUSE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TransferException(Kind.REFUSED, "called off while the node was busy", e);
    }
  }

  private static void take(
      TransferAddress node, InputStream in, VanillaAsk ask, Path folder, long end, Answers answers)
      throws IOException {
    Set<SectorNumber> open = new HashSet<>();
    ask.sectors().stream().map(ReplicaRef::number).forEach(open::add);
    Optional<Told> told = VanillaFrames.read(in);
    while (!(told.isPresent() && told.get() instanceof Told.End)) {
      if (told.isPresent()) {
        take(told.get(), folder, open, answers);
      }
      if (System.nanoTime() - end > 0) {
        throw new TransferException(
            Kind.UNREACHABLE, "node " + node + " did not read all sectors in time");
      }
      told = VanillaFrames.read(in);
    }
    open.forEach(sector -> answers.unreadable(sector, "node " + node + " did not tell of it"));
  }

  private static void take(Told told, Path folder, Set<SectorNumber> open, Answers answers)
      throws IOException {
    if (told instanceof Told.Proven proven && open.remove(proven.sector())) {
      Path file = folder.resolve(proven.sector().value() + ".vanilla");
      DurableFiles.write(file, proven.proof().toArray());
      answers.proven(proven.sector(), file);
    } else if (told instanceof Told.Unreadable bad && open.remove(bad.sector())) {
      answers.unreadable(bad.sector(), bad.reason());
    } else {
      throw new IOException("told of a sector that was not asked for, or twice");
    }
  }
}
