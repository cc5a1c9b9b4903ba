package io.granary.protocol.sector;

import io.granary.protocol.Epoch;
import io.granary.protocol.RegisteredSealProof;
import io.granary.protocol.SectorId;
import io.granary.protocol.Stamp;
import io.granary.protocol.job.FileLocation;
import io.granary.protocol.job.SectorFileType;
import io.granary.protocol.piece.PieceInfo;
import java.util.ArrayList;
import java.util.List;

/**
 * What every state of a sector knows.
 *
 * @param files where its files were last seen, one per type
 * @param jobsRequested jobs asked for in the whole life: the last fencing number given out
 * @param messagesRequested messages asked for in the whole life
 * @param sentBack how often work was thrown away since the start or an operator's retry
 * @param updated the stamp of the last event
 */
public record SectorCore(
    SectorOrder order,
    List<SectorPiece> pieces,
    List<FileLocation> files,
    long jobsRequested,
    long messagesRequested,
    int sentBack,
    Stamp created,
    Stamp updated) {
  public SectorCore {
    pieces = List.copyOf(pieces);
    files = List.copyOf(files);
  }

  static SectorCore of(SectorOrder order, Stamp stamp) {
    return new SectorCore(order, List.of(), List.of(), 0, 0, 0, stamp, stamp);
  }

  public SectorId sector() {
    return order.sector();
  }

  public RegisteredSealProof sealProof() {
    return order.sealProof();
  }

  /** The pieces as sealing jobs want them. */
  public List<PieceInfo> pieceInfos() {
    return pieces.stream().map(SectorPiece::info).toList();
  }

  /** Padded bytes of the pieces that claim an allocation: they raise power and pledge tenfold. */
  public long verifiedBytes() {
    return order.pieces().stream()
        .filter(piece -> piece.activation().flatMap(PieceActivation::allocation).isPresent())
        .mapToLong(SectorOrder.PieceSource::paddedBytes)
        .sum();
  }

  /**
   * How long the sector should live from {@code now} on: {@code usual} epochs, but long enough for
   * its deals, and then short enough for what its pieces claim. Pieces whose bounds exclude each
   * other lose the later bound: their claims fail, and no deal is cut short.
   */
  public long lifetime(Epoch now, long usual) {
    long least = 0;
    long most = Long.MAX_VALUE;
    for (SectorOrder.PieceSource piece : order.pieces()) {
      if (piece.bounds().isPresent()) {
        least = Math.max(least, piece.bounds().get().earliest().value() - now.value());
        most = Math.min(most, piece.bounds().get().latest().value() - now.value());
      }
    }
    return Math.max(Math.min(usual, most), least);
  }

  SectorCore at(Stamp stamp) {
    return new SectorCore(
        order, pieces, files, jobsRequested, messagesRequested, sentBack, created, stamp);
  }

  SectorCore withPiece(SectorPiece piece) {
    List<SectorPiece> more = new ArrayList<>(pieces);
    more.add(piece);
    return new SectorCore(
        order, more, files, jobsRequested, messagesRequested, sentBack, created, updated);
  }

  SectorCore withFile(FileLocation file) {
    List<FileLocation> now = new ArrayList<>(files);
    now.removeIf(other -> other.type() == file.type());
    now.add(file);
    return new SectorCore(
        order, pieces, now, jobsRequested, messagesRequested, sentBack, created, updated);
  }

  /** Whether a file of {@code type} was seen and not deleted since. */
  public boolean hasFile(SectorFileType type) {
    return files.stream().anyMatch(file -> file.type() == type);
  }

  SectorCore withoutFile(SectorFileType type) {
    return new SectorCore(
        order,
        pieces,
        files.stream().filter(file -> file.type() != type).toList(),
        jobsRequested,
        messagesRequested,
        sentBack,
        created,
        updated);
  }

  SectorCore withoutFiles() {
    return new SectorCore(
        order, pieces, List.of(), jobsRequested, messagesRequested, sentBack, created, updated);
  }

  SectorCore withJob(long attempt) {
    return new SectorCore(
        order, pieces, files, attempt, messagesRequested, sentBack, created, updated);
  }

  SectorCore withMessage() {
    return new SectorCore(
        order, pieces, files, jobsRequested, messagesRequested + 1, sentBack, created, updated);
  }

  SectorCore withSentBack(int times) {
    return new SectorCore(
        order, pieces, files, jobsRequested, messagesRequested, times, created, updated);
  }
}
