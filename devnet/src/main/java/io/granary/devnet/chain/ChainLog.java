package io.granary.devnet.chain;

import io.granary.protocol.Bytes;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;
import io.granary.protocol.chain.BlockHeader;
import io.granary.protocol.chain.SignedMessage;
import io.granary.protocol.cid.Cid;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The append-only log that a stopped chain continues from. A record is its length (4 bytes, big
 * endian), the CRC-32C of type and payload (4), a type byte and the payload. A torn record at the
 * end, as a killed process leaves it, is cut off; damage before the end is an error. Records are
 * handed to the operating system at once but not forced to disk: they survive the process, not the
 * machine.
 */
final class ChainLog implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(ChainLog.class);
  private static final int HEAD_BYTES = 8;
  private static final int RECORD_BYTES_MAX = 256 << 20;
  private static final int BLOCK_MESSAGES_MAX = 10_000;
  private static final int TIPSET_BLOCKS_MAX = 1000;

  /** What is written; the number is the type byte. */
  private enum Type {
    /** The constants the chain was made with, as text. */
    GENESIS(0),
    /** A block that alone became the head. */
    BLOCK(1),
    /** A message that entered the pool. */
    MESSAGE(2),
    /** A verdict on a proof. */
    VERDICT(3),
    /** A message that a re-org dropped for good. */
    DROPPED(4),
    /** A block that was taken, but is not yet in a tipset. */
    SUBMITTED(5),
    /** The blocks of a tipset that became the head. */
    TIPSET(6);

    private final int number;

    Type(int number) {
      this.number = number;
    }

    static Optional<Type> of(int number) {
      return Arrays.stream(values()).filter(type -> type.number == number).findFirst();
    }
  }

  /** Receives the records at opening, oldest first. */
  interface Replay {
    void genesis(Bytes text);

    /**
     * A block.
     *
     * @param alone whether it alone became the head
     */
    void block(BlockHeader header, List<SignedMessage> messages, boolean alone);

    void tipSet(List<Cid> blocks);

    void message(SignedMessage signed);

    void verdict(Bytes question, boolean verdict);

    void dropped(Cid message);
  }

  private final FileChannel channel;
  private final FileLock lock;
  private final Path file;

  private ChainLog(FileChannel channel, FileLock lock, Path file) {
    this.channel = channel;
    this.lock = lock;
    this.file = file;
  }

  /**
   * Opens or creates the log.
   *
   * @throws DevnetException when another process has it, or it is damaged before its end
   */
  static ChainLog open(Path file, Replay replay) {
    FileChannel channel = null;
    try {
      channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      FileLock lock = tryLock(channel);
      if (lock == null) {
        channel.close();
        throw new DevnetException("chain log " + file + ": another process has it open");
      }
      ChainLog log = new ChainLog(channel, lock, file);
      log.replay(replay);
      return log;
    } catch (IOException e) {
      throw closing(channel, new DevnetException("chain log " + file + ": cannot open", e));
    } catch (RuntimeException e) {
      throw closing(channel, e);
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // another chain of this very process has it
    }
  }

  private static RuntimeException closing(@Nullable FileChannel channel, RuntimeException cause) {
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        cause.addSuppressed(e);
      }
    }
    return cause;
  }

  private void replay(Replay replay) throws IOException {
    long position = 0;
    long end = channel.size();
    while (position < end) {
      ByteBuffer payload = readRecord(position, end);
      if (payload == null) {
        LOG.warn("chain log {}: cutting a torn record off at byte {}", file, position);
        channel.truncate(position);
        break;
      }
      position += HEAD_BYTES + payload.remaining();
      hand(payload, replay, position);
    }
    channel.position(position);
  }

  /** The record at {@code position} with its type byte; null when it is the torn last one. */
  private @Nullable ByteBuffer readRecord(long position, long end) throws IOException {
    ByteBuffer head = ByteBuffer.allocate(HEAD_BYTES);
    if (end - position < HEAD_BYTES || !readFully(head, position)) {
      return null;
    }
    int length = head.getInt();
    int checksum = head.getInt();
    if (length < 1 || length > RECORD_BYTES_MAX || position + HEAD_BYTES + length > end) {
      if ((length >= 1 && length <= RECORD_BYTES_MAX) || endsInZeroes(position, end)) {
        return null;
      }
      throw damaged(position, "length " + length);
    }
    ByteBuffer payload = ByteBuffer.allocate(length);
    if (!readFully(payload, position + HEAD_BYTES)) {
      return null;
    }
    if (checksum(payload.array()) != checksum) {
      if (position + HEAD_BYTES + length == end) {
        return null;
      }
      throw damaged(position, "checksum");
    }
    return payload;
  }

  /** A crash of the machine can leave a file longer than what was written. */
  private boolean endsInZeroes(long position, long end) throws IOException {
    ByteBuffer rest = ByteBuffer.allocate((int) Math.min(end - position, 1 << 20));
    if (!readFully(rest, position)) {
      return false;
    }
    while (rest.hasRemaining()) {
      if (rest.get() != 0) {
        return false;
      }
    }
    return true;
  }

  private boolean readFully(ByteBuffer buffer, long position) throws IOException {
    long at = position;
    while (buffer.hasRemaining()) {
      int read = channel.read(buffer, at);
      if (read < 0) {
        return false;
      }
      at += read;
    }
    buffer.flip();
    return true;
  }

  private void hand(ByteBuffer record, Replay replay, long position) {
    int number = record.get();
    byte[] payload = new byte[record.remaining()];
    record.get(payload);
    Bytes bytes = Bytes.of(payload);
    Type type = Type.of(number).orElseThrow(() -> damaged(position, "record type " + number));
    switch (type) {
      case GENESIS -> replay.genesis(bytes);
      case MESSAGE -> replay.message(SignedMessage.fromCbor(bytes));
      case BLOCK, SUBMITTED ->
          CborReader.decode(
              bytes,
              "block",
              reader ->
                  reader.struct(
                      "",
                      2,
                      r -> {
                        replay.block(
                            BlockHeader.readFrom(r),
                            r.list("messages", BLOCK_MESSAGES_MAX, SignedMessage::readFrom),
                            type == Type.BLOCK);
                        return true;
                      }));
      case TIPSET ->
          replay.tipSet(
              CborReader.decode(
                  bytes, "tipset", reader -> reader.list("", TIPSET_BLOCKS_MAX, r -> r.cid(""))));
      case DROPPED -> replay.dropped(Cid.fromBytes(bytes));
      case VERDICT ->
          CborReader.decode(
              bytes,
              "verdict",
              reader ->
                  reader.struct(
                      "",
                      2,
                      r -> {
                        replay.verdict(r.bytes("question", 32), r.bool("verdict"));
                        return true;
                      }));
    }
  }

  private DevnetException damaged(long position, String what) {
    return new DevnetException(
        "chain log " + file + ": damaged at byte " + position + " (" + what + ")");
  }

  synchronized void genesis(Bytes text) {
    append(Type.GENESIS, text);
  }

  synchronized void block(BlockHeader header, List<SignedMessage> messages) {
    append(Type.BLOCK, new CborWriter().array(2).value(header).list(messages).toBytes());
  }

  synchronized void submitted(BlockHeader header, List<SignedMessage> messages) {
    append(Type.SUBMITTED, new CborWriter().array(2).value(header).list(messages).toBytes());
  }

  synchronized void tipSet(List<Cid> blocks) {
    append(Type.TIPSET, new CborWriter().list(blocks, CborWriter::cid).toBytes());
  }

  synchronized void message(SignedMessage signed) {
    append(Type.MESSAGE, signed.toCbor());
  }

  synchronized void verdict(Bytes question, boolean verdict) {
    append(Type.VERDICT, new CborWriter().array(2).bytes(question).bool(verdict).toBytes());
  }

  synchronized void dropped(Cid message) {
    append(Type.DROPPED, message.bytes());
  }

  private void append(Type type, Bytes payload) {
    byte[] record = new byte[1 + payload.length()];
    record[0] = (byte) type.number;
    System.arraycopy(payload.toArray(), 0, record, 1, payload.length());
    ByteBuffer out = ByteBuffer.allocate(HEAD_BYTES + record.length);
    out.putInt(record.length).putInt(checksum(record)).put(record).flip();
    try {
      while (out.hasRemaining()) {
        channel.write(out);
      }
    } catch (IOException e) {
      throw new DevnetException("chain log " + file + ": cannot append", e);
    }
  }

  private static int checksum(byte[] record) {
    CRC32C crc = new CRC32C();
    crc.update(record);
    return (int) crc.getValue();
  }

  @Override
  public synchronized void close() throws IOException {
    if (channel.isOpen()) {
      lock.close();
      channel.close();
    }
  }
}
