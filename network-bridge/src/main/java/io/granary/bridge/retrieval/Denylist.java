package io.granary.bridge.retrieval;

import io.granary.bridge.BridgeOperatorLog;
import io.granary.bridge.retrieval.http.HttpProblem;
import io.granary.protocol.Bytes;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.hash.Sha256;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What is not served, from a file with one entry a line: a CID, {@code /ipfs/} and a CID, or {@code
 * //} and the hash of one as the bad bits list has it (hex of sha2-256 over the CID of version 1
 * and a slash). A CID stands for every CID with its multihash. Empty lines and those that begin
 * with {@code #} are comments; paths below a CID are not told apart, such a line is refused. A
 * changed file is read anew; when it cannot be, the old list stays. Thread-safe.
 */
public final class Denylist {
  private static final int HASH_HEX_LENGTH = 64;

  private final Optional<Path> file;
  private final long checkEveryNanos;
  private long checkedNanos;
  private Optional<FileTime> modified = Optional.empty();
  private volatile Entries entries = new Entries(Set.of(), Set.of());

  private record Entries(Set<Bytes> multihashes, Set<Bytes> hashes) {}

  private Denylist(Optional<Path> file, Duration checkEvery) {
    this.file = file;
    this.checkEveryNanos = checkEvery.toNanos();
  }

  /** Nothing is denied. */
  public static Denylist none() {
    return new Denylist(Optional.empty(), Duration.ofDays(1));
  }

  /**
   * Reads a list.
   *
   * @param checkEvery how often the file is looked at
   * @throws IOException when the file cannot be read or a line is no entry
   */
  public static Denylist open(Path file, Duration checkEvery) throws IOException {
    Denylist list = new Denylist(Optional.of(file), checkEvery);
    list.load(file);
    return list;
  }

  /**
   * Passes when {@code cid} may be served.
   *
   * @throws HttpProblem 410 when not
   */
  void require(Cid cid) {
    if (denies(cid)) {
      throw new HttpProblem(410, cid + " is not served here");
    }
  }

  /** Whether {@code cid} is on the list. */
  boolean denies(Cid cid) {
    refresh();
    Entries now = entries;
    return now.multihashes().contains(cid.multihash())
        || (!now.hashes().isEmpty() && now.hashes().contains(hash(cid)));
  }

  /** The hash that the bad bits list has for a CID without a path. */
  static Bytes hash(Cid cid) {
    return Sha256.hash(Bytes.of((cid.toV1() + "/").getBytes(StandardCharsets.UTF_8)));
  }

  private void refresh() {
    if (file.isEmpty()) {
      return;
    }
    synchronized (this) {
      long now = System.nanoTime();
      if (now - checkedNanos < checkEveryNanos) {
        return;
      }
      checkedNanos = now;
      try {
        if (!modified.equals(Optional.of(Files.getLastModifiedTime(file.get())))) {
          load(file.get());
        }
      } catch (IOException e) {
        BridgeOperatorLog.denylistKept(file.get(), String.valueOf(e.getMessage()));
      }
    }
  }

  private synchronized void load(Path path) throws IOException {
    FileTime time = Files.getLastModifiedTime(path);
    Set<Bytes> multihashes = new HashSet<>();
    Set<Bytes> hashes = new HashSet<>();
    try (BufferedReader lines = Files.newBufferedReader(path, StandardCharsets.UTF_8)) {
      int number = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        String entry = line.strip();
        if (!entry.isEmpty() && !entry.startsWith("#")) {
          add(entry, path + " line " + number, multihashes, hashes);
        }
      }
    }
    entries = new Entries(Set.copyOf(multihashes), Set.copyOf(hashes));
    modified = Optional.of(time);
    checkedNanos = System.nanoTime();
  }

  private static void add(String entry, String where, Set<Bytes> multihashes, Set<Bytes> hashes)
      throws IOException {
    try {
      if (entry.startsWith("//")) {
        String hex = entry.substring(2);
        if (hex.length() != HASH_HEX_LENGTH) {
          throw new IOException(where + ": expected // and 64 hex digits");
        }
        hashes.add(Bytes.fromHex(hex));
        return;
      }
      String cid = entry.startsWith("/ipfs/") ? entry.substring("/ipfs/".length()) : entry;
      multihashes.add(CidText.parse(cid).multihash());
    } catch (HttpProblem | IllegalArgumentException e) {
      throw new IOException(where + ": " + e.getMessage(), e);
    }
  }
}
