package io.granary.bridge.transfer;

import io.granary.protocol.deal.DealId;
import io.granary.protocol.piece.CommPDigest;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.port.DealFetcher;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.function.LongSupplier;

/**
 * Takes the bytes of one file: onto the disk, into the piece commitment, and tells of them once
 * they are safe. Bytes that are on disk already are read again into the commitment. Used by one
 * thread.
 */
final class Intake implements AutoCloseable {
  private static final int BUFFER_BYTES = 4 * CommPDigest.CHUNK_DATA_BYTES;

  private final Staging staging;
  private final TransferSettings settings;
  private final DealId deal;
  private final DealFetcher.Watcher watcher;
  private final LongSupplier nanoTime;
  private final FileChannel file;
  private final CommPDigest digest = new CommPDigest();
  private StagedNote note;
  private long toldBytes;
  private long toldNanos;

  private Intake(
      Staging staging,
      TransferSettings settings,
      DealId deal,
      StagedNote note,
      DealFetcher.Watcher watcher,
      LongSupplier nanoTime,
      FileChannel file) {
    this.staging = staging;
    this.settings = settings;
    this.deal = deal;
    this.note = note;
    this.watcher = watcher;
    this.nanoTime = nanoTime;
    this.file = file;
    this.toldNanos = nanoTime.getAsLong();
  }

  /**
   * Opens the deal's file and keeps the first {@code note.syncedBytes()} of it.
   *
   * @throws StagingException when it is shorter
   */
  static Intake open(
      Staging staging,
      TransferSettings settings,
      DealId deal,
      StagedNote note,
      DealFetcher.Watcher watcher,
      LongSupplier nanoTime) {
    try {
      FileChannel file =
          FileChannel.open(
              staging.data(deal),
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
      Intake intake = new Intake(staging, settings, deal, note, watcher, nanoTime, file);
      try {
        file.truncate(note.syncedBytes());
        intake.readAgain();
        return intake;
      } catch (IOException | RuntimeException e) {
        intake.close();
        throw e;
      }
    } catch (IOException e) {
      throw new StagingException("staging: cannot read the data of deal " + deal, e);
    }
  }

  private void readAgain() throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    while (digest.dataBytes() < note.syncedBytes()) {
      int read = file.read(ByteBuffer.wrap(buffer));
      if (read < 0) {
        throw new IOException("shorter than its " + note.syncedBytes() + " bytes");
      }
      digest.update(buffer, 0, read);
    }
    toldBytes = note.syncedBytes();
  }

  long bytes() {
    return digest.dataBytes();
  }

  /** The file's total size is known now, and what its bytes go with. */
  void begin(StagedNote begun) {
    note = begun;
    staging.write(deal, begun);
  }

  StagedNote note() {
    return note;
  }

  /** Takes the next bytes. Tells of them when enough have come and enough time has passed. */
  void take(byte[] bytes, int length) {
    try {
      ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, length);
      while (buffer.hasRemaining()) {
        file.write(buffer);
      }
    } catch (IOException e) {
      throw new StagingException("staging: cannot write the data of deal " + deal, e);
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
      staging.write(deal, note.synced(bytes()));
      toldBytes = bytes();
      watcher.received(bytes(), note.totalBytes());
    }
    toldNanos = nanoTime.getAsLong();
  }

  private void sync() {
    try {
      file.force(false);
    } catch (IOException e) {
      throw new StagingException("staging: cannot sync the data of deal " + deal, e);
    }
  }

  /** All is here: what it hashes to, in a piece of this size. */
  Commitment finish(long paddedBytes) {
    sync();
    note = note.complete(bytes());
    staging.write(deal, note);
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
