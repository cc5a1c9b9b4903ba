package io.granary.bridge.client;

import io.granary.bridge.file.OwnerOnlyFile;
import io.granary.bridge.libp2p.peer.PeerFormatException;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.json.JsonText;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The client's deals in one file of its folder: a line of JSON for every change, each with the
 * whole record, the last line of a deal counts. A line is on the disk before {@link #put} returns;
 * one that was cut by a crash is passed over and taken away by the next. Several clients may use
 * one folder: a line is written under the file's lock. The file is its owner's only, since it holds
 * what the transfers are fetched with.
 */
public final class DealBook {
  private static final String NAME = "deals.jsonl";
  private static final Object IN_THIS_PROCESS = new Object();

  private final Path folder;
  private final Path file;

  /** The book in {@code folder}, which is made when something is first written. */
  public DealBook(Path folder) {
    this.folder = folder;
    this.file = folder.resolve(NAME);
  }

  /**
   * Keeps a deal as it is now.
   *
   * @throws UncheckedIOException when it is not safely on the disk
   */
  public void put(DealRecord deal) {
    byte[] line = (JsonText.write(deal.toJson()) + "\n").getBytes(StandardCharsets.UTF_8);
    synchronized (IN_THIS_PROCESS) {
      try {
        OwnerOnlyFile.makeFolder(folder);
        append(line);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot keep deal " + deal.id() + " in " + file, e);
      }
    }
  }

  private void append(byte[] line) throws IOException {
    boolean isNew = !Files.exists(file);
    try (FileChannel channel = OwnerOnlyFile.openOrCreate(file);
        FileLock lock = channel.lock()) {
      long end = wholeLines(channel);
      channel.truncate(end);
      ByteBuffer buffer = ByteBuffer.wrap(line);
      while (buffer.hasRemaining()) {
        end += channel.write(buffer, end);
      }
      channel.force(true);
      if (isNew && lock.isValid()) {
        OwnerOnlyFile.force(folder);
      }
    }
  }

  /** The end of the last whole line. */
  private static long wholeLines(FileChannel channel) throws IOException {
    ByteBuffer one = ByteBuffer.allocate(1);
    for (long end = channel.size(); end > 0; end--) {
      one.clear();
      if (channel.read(one, end - 1) == 1 && one.get(0) == '\n') {
        return end;
      }
    }
    return 0;
  }

  /**
   * All deals, the oldest first.
   *
   * @throws ClientException when a whole line cannot be read
   * @throws UncheckedIOException when the file cannot
   */
  public List<DealRecord> all() {
    Map<DealId, DealRecord> deals = new LinkedHashMap<>();
    if (!Files.exists(file)) {
      return List.of();
    }
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      String line = reader.readLine();
      for (long number = 1; line != null; number++) {
        String next = reader.readLine();
        read(line, number, next == null).ifPresent(deal -> deals.put(deal.id(), deal));
        line = next;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
    return List.copyOf(deals.values());
  }

  private Optional<DealRecord> read(String line, long number, boolean last) {
    try {
      return Optional.of(DealRecord.fromJson(JsonText.parse(line)));
    } catch (IllegalArgumentException | DateTimeException | PeerFormatException e) {
      if (last) {
        return Optional.empty(); // Cut by a crash: nothing was sent on the strength of it.
      }
      throw new ClientException(file + " line " + number + " cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * One deal.
   *
   * @throws ClientException when there is none of that id
   */
  public DealRecord get(DealId id) {
    return all().stream()
        .filter(deal -> deal.id().equals(id))
        .findFirst()
        .orElseThrow(() -> new ClientException("no deal " + id + " in " + file));
  }
}
