package io.granary.bridge.transfer;

import io.granary.protocol.deal.DealId;
import io.granary.protocol.deal.StagedFile;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.piece.PieceInfo;
import io.granary.protocol.port.DealFetcher.End;
import io.granary.protocol.port.DealFetcher.Watcher;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;

/**
 * One operator's file on its way into staging, from where an earlier copy stopped where that can
 * be: in bytes that a note calls safe, of a file that has the same path, length and time of its
 * last change. The file is never written to. A copy that is whole needs it no more, and neither
 * does another node that shares the staging. Runs on one thread.
 */
final class Copy {
  private static final int BUFFER_BYTES = 1 << 20;

  private final Fetch.Parts parts;
  private final DealId deal;
  private final StagedFile imported;
  private final PieceInfo piece;
  private final Watcher watcher;
  private final TransferControl control;

  Copy(
      Fetch.Parts parts,
      DealId deal,
      StagedFile imported,
      PieceInfo piece,
      Watcher watcher,
      TransferControl control) {
    this.parts = parts;
    this.deal = deal;
    this.imported = imported;
    this.piece = piece;
    this.watcher = watcher;
    this.control = control;
  }

  /**
   * What is gone on from.
   *
   * @param part of this process or of another
   * @param note with 0 bytes where nothing is there
   */
  private record Beginning(StagedPart part, StagedNote note) {}

  /** A copy that is whole. */
  private record Whole(StagedPart part, Commitment commP, boolean goneOn) {}

  /**
   * Runs it.
   *
   * @throws StagingException when staging fails
   */
  End run() {
    Optional<ImportedFile> source = Optional.empty();
    String missing = "";
    try {
      source = Optional.of(look());
    } catch (IOException e) {
      missing = Objects.requireNonNullElse(e.getMessage(), e.toString());
    } catch (TransferRefusedException e) {
      missing = e.reason();
    }
    try {
      return run(source, missing);
    } catch (TransferRefusedException e) {
      return new End.Refused(e.reason());
    } catch (IOException e) {
      return control.stopped()
          ? new End.BrokenOff("stopped", 0, imported.payloadBytes())
          : new End.Refused("cannot read " + imported.path() + ": " + e);
    } finally {
      parts.staging().unclaim(deal);
    }
  }

  private ImportedFile look() throws IOException, TransferRefusedException {
    ImportedFile source =
        ImportedFile.look(imported.path(), parts.settings().importFolders(), parts.staging());
    if (source.bytes() != imported.payloadBytes()) {
      throw changed("now it has " + source.bytes());
    }
    return source;
  }

  /**
   * Runs it.
   *
   * @param missing why the file is not here, if it is not
   */
  private End run(Optional<ImportedFile> source, String missing)
      throws IOException, TransferRefusedException {
    Optional<Beginning> there = there(source.map(Copy::state));
    if (source.isEmpty() && there.filter(this::isWhole).isEmpty()) {
      return new End.Refused(missing);
    }
    Whole whole = copy(source, there.orElseGet(() -> nothing(source.map(Copy::state))));
    if (!isRight(whole) && whole.goneOn()) {
      if (source.isEmpty()) {
        return new End.Refused(missing + ", and what is staged of it is damaged");
      }
      whole = copy(source, nothing(source.map(Copy::state)));
    }
    return ended(whole, source);
  }

  private TransferRefusedException changed(String how) {
    return new TransferRefusedException(
        imported.path()
            + " had "
            + imported.payloadBytes()
            + " bytes when it was imported, "
            + how);
  }

  private static String state(ImportedFile source) {
    return source.changed().toString();
  }

  private boolean isRight(Whole whole) {
    return whole.commP().equals(piece.commP());
  }

  private Beginning nothing(Optional<String> state) {
    parts.staging().deleteOurs(deal);
    return new Beginning(
        parts.staging().begin(deal),
        new StagedNote(StagedNote.sourceOf(imported), state, imported.payloadBytes(), 0));
  }

  /** What is on disk and can be gone on from, of the file as it is now if it is here. */
  private Optional<Beginning> there(Optional<String> state) {
    return parts.staging().parts(deal).stream()
        .flatMap(part -> usable(part, state).stream())
        .max(
            Comparator.comparing((Beginning each) -> each.note().syncedBytes())
                .thenComparing(each -> parts.staging().isOurs(each.part())));
  }

  private boolean isWhole(Beginning there) {
    return there.note().syncedBytes() == imported.payloadBytes();
  }

  private Optional<Beginning> usable(StagedPart part, Optional<String> state) {
    return part.note()
        .filter(kept -> kept.source().equals(StagedNote.sourceOf(imported)))
        .filter(kept -> kept.totalBytes() == imported.payloadBytes())
        .filter(kept -> state.isEmpty() || kept.validator().equals(state))
        .map(kept -> kept.synced(Math.min(kept.syncedBytes(), part.length())))
        .filter(kept -> kept.syncedBytes() > 0)
        .map(kept -> new Beginning(part, kept));
  }

  private Whole copy(Optional<ImportedFile> source, Beginning from)
      throws IOException, TransferRefusedException {
    Staging staging = parts.staging();
    boolean ours = staging.isOurs(from.part());
    StagedPart part = ours ? from.part() : staging.begin(deal);
    long there = ours ? from.note().syncedBytes() : 0;
    requireRoom(imported.payloadBytes() - there);
    try (Intake intake =
        Intake.open(part, from.part(), from.note(), parts.settings(), watcher, parts.nanoTime())) {
      if (intake.bytes() == 0) {
        intake.begin(from.note());
      }
      if (source.isPresent() && intake.bytes() < imported.payloadBytes()) {
        append(intake, source.get());
      }
      return new Whole(part, intake.finish(piece.paddedBytes()), intake.goneOnFrom() > 0);
    }
  }

  private void requireRoom(long bytes) throws TransferRefusedException {
    if (!parts.staging().claim(deal, bytes, parts.settings().diskReserveBytes())) {
      throw new TransferRefusedException(
          "there is no room in staging now for "
              + bytes
              + " bytes of "
              + imported.path()
              + ": free are "
              + parts.staging().freeBytes()
              + ", of which "
              + parts.settings().diskReserveBytes()
              + " are kept and others are for transfers that run");
    }
  }

  private void append(Intake intake, ImportedFile source)
      throws IOException, TransferRefusedException {
    long total = imported.payloadBytes();
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    try (FileChannel in =
        FileChannel.open(source.path(), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      control.hold(in);
      in.position(intake.bytes());
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer.clear())) {
        if (read > total - intake.bytes()) {
          throw changed("and grew while it was copied");
        }
        intake.take(buffer.array(), read);
        parts.staging().claimed(deal, total - intake.bytes());
      }
    }
    if (intake.bytes() < total) {
      throw changed("and ended after " + intake.bytes() + " while it was copied");
    }
  }

  /** A file that was written to meanwhile is not the one that would be condemned. */
  private End ended(Whole whole, Optional<ImportedFile> source)
      throws IOException, TransferRefusedException {
    if (!isRight(whole)) {
      parts.staging().deleteOurs(deal);
      if (source.isPresent() && !source.get().isUnchanged()) {
        throw new TransferRefusedException(imported.path() + " was written to while it was copied");
      }
    }
    return new End.Complete(
        parts.staging().file(whole.part(), imported.payloadBytes()), whole.commP());
  }
}
