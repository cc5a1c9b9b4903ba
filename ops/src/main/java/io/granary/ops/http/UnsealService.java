package io.granary.ops.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.granary.protocol.SectorId;
import io.granary.protocol.job.BlobRef;
import io.granary.protocol.job.JobSpec;
import io.granary.protocol.port.HistoryReader;
import io.granary.protocol.sector.SectorPiece;
import io.granary.protocol.sector.SectorState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * Decodes a sector's piece out of its replica, on whichever node has that, into a file on this
 * node.
 */
public final class UnsealService {
  /** Decoding a 32 GiB sector takes about as long as labelling it did. */
  public static final Duration LIMIT = Duration.ofHours(12);

  private final HistoryReader history;
  private final Decoder decoder;
  private final Executor blocking;
  private final LongWorks works = new LongWorks(LongWorks.PATIENCE);

  /**
   * A service.
   *
   * @param blocking runs file copies
   */
  public UnsealService(HistoryReader history, Decoder decoder, Executor blocking) {
    this.history = history;
    this.decoder = decoder;
    this.blocking = blocking;
  }

  /**
   * Writes the payload of the sector's first piece to {@code output}, which must not exist, and
   * waits a while for it. Asked again with the same output, it waits for the same work.
   */
  CompletionStage<Answer> unseal(SectorId id, String output) {
    Path target = target(output);
    String key = id + " to " + target;
    if (!works.knows(key)) {
      requireAbsent(target);
    }
    return works.await(
        key,
        "sector " + id + " to be decoded into " + target,
        JsonNodeFactory.instance.objectNode().put("output", output),
        () ->
            SectorReplay.stateNow(history, id)
                .thenCompose(state -> decoder.decode(job(id, state)))
                .thenApplyAsync(decoded -> deliver(decoded, target), blocking));
  }

  private static Path target(String output) {
    try {
      Path target = Path.of(output).normalize();
      if (!target.isAbsolute()) {
        throw Problem.badRequest("output: expected an absolute path, got " + output);
      }
      return target;
    } catch (InvalidPathException e) {
      throw Problem.badRequest("output: " + e.getMessage());
    }
  }

  /** Looked at before hours of work, not after. */
  private static void requireAbsent(Path target) {
    if (Files.exists(target)) {
      throw Problem.badRequest("output: " + target + " exists already");
    }
    Path folder = target.getParent();
    if (folder == null || !Files.isDirectory(folder) || !Files.isWritable(folder)) {
      throw Problem.badRequest(
          "output: " + target + " is in no folder that this node can write to");
    }
  }

  private static JobSpec.Unseal job(SectorId id, SectorState state) {
    if (!(state instanceof SectorState.Holding holding)) {
      throw Problem.conflict("sector " + id + " is " + state.name() + ": it has no replica");
    }
    List<SectorPiece> pieces = holding.core().pieces();
    if (pieces.isEmpty()) {
      throw Problem.conflict("sector " + id + " holds no piece");
    }
    return new JobSpec.Unseal(
        id,
        holding.core().sealProof(),
        holding.replica().ticket().value(),
        holding.replica().commD(),
        0,
        pieces.get(0).payloadBytes());
  }

  /** What cannot be delivered stays where it was decoded for a while: asked again, it is there. */
  private static JsonNode deliver(Decoder.Decoded decoded, Path target) {
    Path part = target.resolveSibling(target.getFileName() + ".part");
    try {
      BlobRef copied = decoded.copyTo(part);
      Files.move(part, target);
      decoded.delete();
      return JsonNodeFactory.instance
          .objectNode()
          .put("output", target.toString())
          .put("bytes", copied.length())
          .put("sha256", copied.sha256().toHex());
    } catch (IOException e) {
      throw Problem.conflict("output: " + target + " cannot be written: " + e.getMessage());
    }
  }
}
