package io.granary.bridge.transfer;

import io.granary.protocol.piece.CommPDigest;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.port.DealFetcher;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.function.LongSupplier;

/**
 * Takes the bytes of one file: onto the disk, into the piece commitment, and tells of them once
 * they are safe. Bytes that are on disk already are read again into the commitment, those of
 * another process's part copied with it ({@link Staging}). Used by one thread.
 */
final class Intake implements AutoCloseable {
  private static final int BUFFER_BYTES = 4 * CommPDigest.CHUNK_DATA_BYTES;

  private final StagedPart part;
  private final TransferSettings settings;
  private final DealFetcher.Watcher watcher;
  private final LongSupplier nanoTime;
  private final FileChannel file;
  private final CommPDigest digest = new CommPDigest();
  private final long goneOnFrom;
  private StagedNote note;
  private long toldBytes;
  private long toldNanos;

  private Intake(
      StagedPart part,
      TransferSettings settings,
      StagedNote note,
      DealFetcher.Watcher watcher,
      LongSupplier nanoTime,
      FileChannel file) {
    this.part = part;
    this.settings = settings;
    this.goneOnFrom = note.syncedBytes();
    this.note = note;
    this.watcher = watcher;
    this.nanoTime = nanoTime;
    this.file = file;
    this.toldNanos = nanoTime.getAsLong();
  }

  /**
   * Opens {@code part} with the first {@code note.syncedBytes()} of {@code from}: the same part,
   * where nothing is copied, or one of another process.
   *
   * @throws StagingException when it is shorter
   */
  static Intake open(
      StagedPart part,
      StagedPart from,
      StagedNote note,
      TransferSettings settings,
      DealFetcher.Watcher watcher,
      LongSupplier nanoTime) {
    try {
      FileChannel file =
          FileChannel.open(
              part.data(),
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
      Intake intake = new Intake(part, settings, note, watcher, nanoTime, file);
      try {
        if (from.equals(part)) {
          file.truncate(note.syncedBytes());
          intake.read(file, /* copies= */ false);
        } else {
          intake.takeOver(from);
        }
        return intake;
      } catch (IOException | RuntimeException e) {
        intake.close();
        throw e;
      }
    } catch (IOException e) {
      throw new StagingException("staging: cannot read " + from.data(), e);
    }
  }

  /** Its first report is of the bytes that it goes on from. */
  private void takeOver(StagedPart from) throws IOException {
    try (FileChannel theirs = FileChannel.open(from.data(), StandardOpenOption.READ)) {
      read(theirs, /* copies= */ true);
    } catch (IOException e) {
      Files.delete(part.data());
      throw e;
    }
    sync();
    part.write(note);
    watcher.received(note.syncedBytes(), note.totalBytes());
  }

  private void read(FileChannel from, boolean copies) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    while (bytes() < note.syncedBytes()) {
      int wanted = (int) Math.min(buffer.length, note.syncedBytes() - bytes());
      int read = from.read(ByteBuffer.wrap(buffer, 0, wanted));
      if (read < 0) {
        throw new IOException("shorter than its " + note.syncedBytes() + " bytes");
      }
      digest.update(buffer, 0, read);
      if (copies) {
        write(buffer, read);
      }
    }
    toldBytes = note.syncedBytes();
  }

  private void write(byte[] bytes, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, length);
    while (buffer.hasRemaining()) {
      file.write(buffer);
    }
  }

  StagedPart part() {
    return part;
  }

  /** So many bytes were there at first. */
  long goneOnFrom() {
    return goneOnFrom;
  }

  long bytes() {
    return digest.dataBytes();
  }

  /** The file's total size is known now, and what its bytes go with. */
  void begin(StagedNote begun) {
    note = begun;
    part.write(begun);
  }

  StagedNote note() {
    return note;
  }

  /** Takes the next bytes. Tells of them when enough have come and enough time has passed. */
  void take(byte[] bytes, int length) {
    try {
      write(bytes, length);
    } catch (IOException e) {
      throw new StagingException("staging: cannot write " + part.data(), e);
    }
    digest.update(bytes, 0, length);
    if (bytes() - toldBytes >= settings.progressBytes()
        && nanoTime.getAsLong() - toldNanos >= settings.progressEvery().toNanos()) {
      tell();
    }
  }

  /** Makes all that has come safe, then tells of it. */
  void tell() {
    sync();
    if (bytes() > toldBytes) {
      part.write(note.synced(bytes()));
      toldBytes = bytes();
      watcher.received(bytes(), note.totalBytes());
    }
    toldNanos = nanoTime.getAsLong();
  }

  private void sync() {
    try {
      file.force(false);
    } catch (IOException e) {
      throw new StagingException("staging: cannot sync " + part.data(), e);
    }
  }

  /** All is here: what it hashes to, in a piece of this size. */
  Commitment finish(long paddedBytes) {
    sync();
    note = note.complete(bytes());
    part.write(note);
    if (bytes() > toldBytes) {
      toldBytes = bytes();
      watcher.received(bytes(), bytes());
    }
    return digest.finish(paddedBytes).commP();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
