package io.granary.prover.worker;

import io.granary.protocol.Bytes;
import io.granary.protocol.job.FileLocation;
import io.granary.protocol.job.JobFailure;
import io.granary.protocol.job.JobOutput;
import io.granary.protocol.job.JobSpec;
import io.granary.protocol.job.SectorFileType;
import io.granary.protocol.piece.CommPDigest;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.piece.Fr32;
import io.granary.protocol.piece.PieceInfo;
import io.granary.protocol.piece.SectorLayout;
import io.granary.prover.storage.StoragePath;
import io.granary.prover.storage.StoragePaths;
import io.granary.prover.transfer.TransferException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Writes pieces into unsealed files. */
final class PieceJobs {
  /** Blocks of 127 bytes handled at a time: about 1 MiB on either side. */
  private static final int BUFFER_BLOCKS = 8192;

  private final SectorFiles files;
  private final PieceInputs inputs;

  PieceJobs(SectorFiles files, PieceInputs inputs) {
    this.files = files;
    this.inputs = inputs;
  }

  /**
   * Streams the source once, through bit padding into the unsealed file and through CommP. What
   * lies beyond the existing pieces is cut off first, so that a second run after a crash begins
   * anew.
   */
  JobOutput.PieceAdded addPiece(JobSpec.AddPiece spec, JobRun run) {
    files.requireNotFinalized(spec.sector());
    long offset = offset(spec);
    StoragePath path = target(spec);
    Path unsealed = path.file(spec.sector(), SectorFileType.UNSEALED);
    Path records = files.records(spec.sector(), path);
    Optional<JobOutput.PieceAdded> before =
        Receipts.find(records, run.id(), JobOutput.PieceAdded.class);
    if (before.isPresent() && holds(unsealed, offset, before.get().piece())) {
      return before.get();
    }
    long missing = Math.max(0, offset + spec.piecePaddedBytes() - length(unsealed));
    StoragePaths.Promise promise = files.storage().promise(path, missing);
    try (promise) {
      PieceInfo piece = write(spec, run, unsealed, offset);
      files.storage().declare(spec.sector(), SectorFileType.UNSEALED, path);
      return Receipts.keep(
          records,
          run.id(),
          new JobOutput.PieceAdded(piece, new FileLocation(path.id(), SectorFileType.UNSEALED)));
    } catch (TransferException e) {
      run.checkCancelled();
      throw new JobFailedException(
          JobFailure.Kind.ENVIRONMENT, "sector " + spec.sector() + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "sector " + spec.sector() + ": cannot write " + spec.source() + " into " + unsealed, e);
    }
  }

  /** Padded bytes before the new piece, by the sector's layout. */
  private static long offset(JobSpec.AddPiece spec) {
    long dataBytes = spec.piecePaddedBytes() / Fr32.PADDED_BLOCK * Fr32.UNPADDED_BLOCK;
    if (spec.payloadBytes() < 1 || spec.payloadBytes() > dataBytes) {
      throw new JobFailedException(
          JobFailure.Kind.INPUT,
          "sector "
              + spec.sector()
              + ": "
              + spec.payloadBytes()
              + " bytes of data for a piece of "
              + dataBytes);
    }
    try {
      Commitment unknown = new Commitment(Bytes.of(new byte[32]));
      List<PieceInfo> pieces = new ArrayList<>(spec.existing());
      pieces.add(new PieceInfo(unknown, spec.piecePaddedBytes()));
      return SectorLayout.of(spec.sealProof().sectorSize().bytes(), pieces).entries().stream()
          .filter(entry -> !entry.filler())
          .mapToLong(SectorLayout.Entry::offset)
          .max()
          .orElseThrow();
    } catch (IllegalArgumentException e) {
      throw new JobFailedException(
          JobFailure.Kind.INPUT, "sector " + spec.sector() + ": " + e.getMessage(), e);
    }
  }

  private StoragePath target(JobSpec.AddPiece spec) {
    if (spec.existing().isEmpty()) {
      return files.storage().allocate(spec.sector(), spec.sealProof().sectorSize().bytes());
    }
    return files.holder(spec.sector(), SectorFileType.UNSEALED);
  }

  private PieceInfo write(JobSpec.AddPiece spec, JobRun run, Path unsealed, long offset)
      throws IOException {
    long existingEnd = spec.existing().isEmpty() ? 0 : existingEnd(spec.existing());
    try (InputStream in = inputs.open(spec, run);
        FileChannel out =
            FileChannel.open(unsealed, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      if (out.size() < existingEnd) {
        throw new JobFailedException(
            JobFailure.Kind.DATA,
            "sector "
                + spec.sector()
                + ": "
                + unsealed
                + " has "
                + out.size()
                + " bytes, its pieces need "
                + existingEnd);
      }
      out.truncate(existingEnd);
      PieceInfo piece = copy(spec, run, in, out, offset);
      out.force(true);
      return piece;
    }
  }

  private static long existingEnd(List<PieceInfo> existing) {
    long end = 0;
    for (PieceInfo piece : existing) {
      end = ((end + piece.paddedBytes() - 1) & -piece.paddedBytes()) + piece.paddedBytes();
    }
    return end;
  }

  /** Writes at {@code offset}; the gap before it becomes zeros, as an extended file has them. */
  private static PieceInfo copy(
      JobSpec.AddPiece spec, JobRun run, InputStream in, FileChannel out, long offset)
      throws IOException {
    CommPDigest digest = new CommPDigest();
    byte[] data = new byte[BUFFER_BLOCKS * Fr32.UNPADDED_BLOCK];
    byte[] elements = new byte[BUFFER_BLOCKS * Fr32.PADDED_BLOCK];
    long end = offset + spec.piecePaddedBytes();
    long at = offset;
    int read = data.length;
    while (at < end && read == data.length) {
      run.checkCancelled();
      read = in.readNBytes(data, 0, data.length);
      digest.update(data, 0, read);
      requireLength(spec, digest.dataBytes(), false);
      int blocks = (read + Fr32.UNPADDED_BLOCK - 1) / Fr32.UNPADDED_BLOCK;
      Arrays.fill(data, read, blocks * Fr32.UNPADDED_BLOCK, (byte) 0);
      Fr32.pad(data, 0, elements, 0, blocks);
      ByteBuffer buffer = ByteBuffer.wrap(elements, 0, blocks * Fr32.PADDED_BLOCK);
      while (buffer.hasRemaining()) {
        at += out.write(buffer, at);
      }
      run.progress("piece.add", (int) (digest.dataBytes() * 100 / spec.payloadBytes()));
    }
    requireLength(spec, digest.dataBytes() + (in.read() >= 0 ? 1 : 0), true);
    if (at < end) {
      out.write(ByteBuffer.wrap(new byte[1]), end - 1); // The rest of the piece is zeros.
    }
    return digest.finish(spec.piecePaddedBytes());
  }

  private static void requireLength(JobSpec.AddPiece spec, long read, boolean atEnd) {
    if (read > spec.payloadBytes() || (atEnd && read != spec.payloadBytes())) {
      throw new JobFailedException(
          JobFailure.Kind.INPUT,
          "sector "
              + spec.sector()
              + ": "
              + spec.source()
              + " was asked for with "
              + spec.payloadBytes()
              + " bytes, it has "
              + (atEnd && read < spec.payloadBytes() ? "" : "at least ")
              + read);
    }
  }

  /** Whether the piece that an earlier run wrote is still there and right. */
  private static boolean holds(Path unsealed, long offset, PieceInfo piece) {
    if (length(unsealed) < offset + piece.paddedBytes()) {
      return false;
    }
    try (FileChannel channel = FileChannel.open(unsealed, StandardOpenOption.READ)) {
      InputStream in = Channels.newInputStream(channel.position(offset));
      return UnsealedData.commitment(in, piece.paddedBytes()).equals(Optional.of(piece.commP()));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + unsealed, e);
    }
  }

  private static long length(Path file) {
    try {
      return Files.exists(file) ? Files.size(file) : 0;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the length of " + file, e);
    }
  }
}
