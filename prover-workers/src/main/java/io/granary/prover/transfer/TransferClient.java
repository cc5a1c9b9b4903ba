package io.granary.prover.transfer;

import io.granary.protocol.SectorId;
import io.granary.protocol.deal.StagedFile;
import io.granary.protocol.job.BlobRef;
import io.granary.prover.TransferSettings;
import io.granary.prover.files.DurableFiles;
import io.granary.prover.storage.HeldSector;
import io.granary.prover.transfer.TransferException.Kind;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Asks other nodes for bytes, blocking the caller. Every wait has a limit: for the connection, and
 * for silence. Thread-safe. The JDK's older client is used because it alone bounds each read of a
 * body.
 */
public final class TransferClient {
  /** A transfer that breaks off goes on where it was, so often in all. */
  static final int TRIES_MAX = 3;

  /** Sectors of one node that are heard of: 8 PiB in sectors of 32 GiB. */
  static final int HELD_SECTORS_MAX = 1 << 18;

  private static final int BUFFER_BYTES = 1 << 16;
  private static final int REFUSAL_BYTES_MAX = 300;

  private final TransferSettings settings;
  private final TransferSecret secret;
  private final Supplier<Long> nowSeconds;

  /**
   * A client.
   *
   * @param nowSeconds since 1970-01-01 UTC
   */
  public TransferClient(
      TransferSettings settings, TransferSecret secret, Supplier<Long> nowSeconds) {
    this.settings = settings;
    this.secret = secret;
    this.nowSeconds = nowSeconds;
  }

  /**
   * Fetches a blob to {@code target}, where it appears whole or not at all.
   *
   * @throws TransferException when it cannot be had, or is not what was named
   */
  public void fetch(TransferAddress from, BlobRef blob, Path target, Cancellation cancellation) {
    Path part = target.resolveSibling(target.getFileName() + ".part");
    try {
      Files.deleteIfExists(part);
      Files.createFile(part);
      for (int tried = 1; Files.size(part) < blob.length(); tried++) {
        try {
          fetchRest(from, blob, part, cancellation);
        } catch (IOException e) {
          if (tried == TRIES_MAX) {
            throw new TransferException(
                Kind.UNREACHABLE, "cannot fetch " + blob.path() + " from " + from + ": " + e, e);
          }
        }
      }
      if (!DurableFiles.sha256(part).equals(blob.sha256())) {
        throw new TransferException(
            Kind.DAMAGED, blob.path() + " of " + from + " has another sha256 than was named");
      }
      DurableFiles.publish(part, target);
    } catch (IOException e) {
      throw new TransferException(Kind.NO_ROOM, "cannot write " + part + ": " + e, e);
    } finally {
      remove(part);
    }
  }

  /**
   * The bytes of a deal's staged file, which {@code from} has, as they come; a connection that
   * breaks is made anew where they stopped. Reading throws a {@link TransferException} when they
   * cannot be had or are not as many as named. Nothing but their number is checked: the reader
   * hashes them.
   */
  public InputStream staged(TransferAddress from, StagedFile file, Cancellation cancellation) {
    String path = "/blobs/" + file.storageId() + "/" + file.path();
    return new StagedStream(
        at -> open(from, "GET", path, "bytes=" + at + "-", ""),
        path,
        file.payloadBytes(),
        cancellation);
  }

  /**
   * The bytes of a blob of another node as they come, unchecked but for their number; as {@link
   * #staged}.
   */
  public InputStream blob(TransferAddress from, BlobRef blob, Cancellation cancellation) {
    String path = "/blobs/" + blob.storageId() + "/" + blob.path();
    return new StagedStream(
        at -> open(from, "GET", path, "bytes=" + at + "-", ""), path, blob.length(), cancellation);
  }

  /**
   * Has recovered bytes deleted by the node that has them.
   *
   * @throws TransferException when it does not answer or has none of that name
   */
  public void deleteRecovered(TransferAddress from, BlobRef blob) {
    String path = "/blobs/" + blob.storageId() + "/" + blob.path();
    try {
      HttpURLConnection connection = open(from, "DELETE", path, "", "");
      requireAnswer(connection, path);
      connection.disconnect();
    } catch (IOException e) {
      throw new TransferException(
          Kind.UNREACHABLE, "cannot have " + path + " deleted by " + from + ": " + e, e);
    }
  }

  /**
   * Reads a part of a file that {@code from} serves, whole.
   *
   * @param path below the storage path
   * @param length from the start of {@code target} on
   * @param limit for all of it; it is looked at after each read, which may take the limit of
   *     silence
   * @throws TransferException when it cannot be had whole in that time
   */
  public void read(
      TransferAddress from,
      String storageId,
      String path,
      long offset,
      byte[] target,
      int length,
      Duration limit) {
    String named = "/blobs/" + storageId + "/" + path;
    long end = System.nanoTime() + limit.toNanos();
    try {
      HttpURLConnection connection =
          open(from, "GET", named, "bytes=" + offset + "-" + (offset + length - 1), "");
      boolean whole = false;
      try {
        if (requireAnswer(connection, named) != HttpURLConnection.HTTP_PARTIAL
            || connection.getContentLengthLong() != length) {
          throw new TransferException(
              Kind.DAMAGED, from + " has no " + length + " bytes at " + offset + " of " + named);
        }
        readWhole(connection, target, length, end);
        whole = true;
      } finally {
        if (!whole) {
          connection.disconnect();
        }
      }
    } catch (IOException e) {
      throw new TransferException(
          Kind.UNREACHABLE, "cannot read " + named + " of " + from + ": " + e, e);
    }
  }

  private static void readWhole(HttpURLConnection connection, byte[] target, int length, long end)
      throws IOException {
    try (InputStream in = connection.getInputStream()) {
      for (int have = 0; have < length; ) {
        int read = in.read(target, have, length - have);
        if (read < 0) {
          throw new EOFException((length - have) + " bytes are missing");
        }
        have += read;
        if (have < length && System.nanoTime() > end) {
          throw new IOException((length - have) + " bytes did not come in time");
        }
      }
    }
  }

  /**
   * What a node has of sectors.
   *
   * @param limit for all pages; it is looked at between them
   * @throws TransferException when it does not tell
   */
  public Holdings holdings(TransferAddress from, Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    Set<String> storageIds = new HashSet<>();
    List<HeldSector> sectors = new ArrayList<>();
    try {
      boolean more = true;
      while (more) {
        Optional<SectorId> after =
            sectors.isEmpty()
                ? Optional.empty()
                : Optional.of(sectors.get(sectors.size() - 1).sector());
        SectorPage page = page(from, after);
        requireBehind(from, page, after);
        storageIds.addAll(page.storageIds());
        sectors.addAll(page.sectors());
        more = page.more();
        if (more && (System.nanoTime() > end || sectors.size() > HELD_SECTORS_MAX)) {
          throw new IOException(sectors.size() + " sectors, and others behind them");
        }
      }
    } catch (IOException e) {
      throw new TransferException(Kind.UNREACHABLE, "cannot hear what " + from + " has: " + e, e);
    }
    return new Holdings(storageIds, sectors);
  }

  /**
   * The storage paths of a node, by their ids.
   *
   * @throws TransferException when it does not tell
   */
  public List<String> storageIds(TransferAddress from) {
    try {
      return page(from, Optional.empty()).storageIds();
    } catch (IOException e) {
      throw new TransferException(Kind.UNREACHABLE, "cannot hear what " + from + " has: " + e, e);
    }
  }

  /** A page must lead on, or there would be no end. */
  private static void requireBehind(
      TransferAddress from, SectorPage page, Optional<SectorId> after) {
    Optional<SectorId> last = after;
    for (HeldSector each : page.sectors()) {
      if (last.isPresent() && each.sector().compareTo(last.get()) <= 0) {
        throw new TransferException(Kind.DAMAGED, from + " lists sectors out of order");
      }
      last = Optional.of(each.sector());
    }
    if (page.more() && page.sectors().isEmpty()) {
      throw new TransferException(Kind.DAMAGED, from + " lists nothing, and more");
    }
  }

  private SectorPage page(TransferAddress from, Optional<SectorId> after) throws IOException {
    String path = SectorPage.path(after);
    HttpURLConnection connection = open(from, "GET", path, "", "");
    requireAnswer(connection, path);
    try (InputStream in = connection.getInputStream()) {
      byte[] body = in.readNBytes(SectorPage.BYTES_MAX + 1);
      if (body.length > SectorPage.BYTES_MAX) {
        connection.disconnect();
        throw new IOException("a page of more than " + SectorPage.BYTES_MAX + " bytes");
      }
      return SectorPage.decode(body);
    }
  }

  private static void remove(Path part) {
    try {
      Files.deleteIfExists(part);
    } catch (IOException e) {
      throw new TransferException(Kind.NO_ROOM, "cannot remove " + part, e);
    }
  }

  private void fetchRest(TransferAddress from, BlobRef blob, Path part, Cancellation cancellation)
      throws IOException {
    String path = "/blobs/" + blob.storageId() + "/" + blob.path();
    long have = Files.size(part);
    HttpURLConnection connection = open(from, "GET", path, "bytes=" + have + "-", "");
    Cancellation.Registration registered = cancellation.register(connection::disconnect);
    try (registered) {
      if (requireAnswer(connection, path) != HttpURLConnection.HTTP_PARTIAL) {
        throw new TransferException(Kind.DAMAGED, from + " does not answer ranges of " + path);
      }
      try (InputStream in = connection.getInputStream();
          OutputStream out = Files.newOutputStream(part, StandardOpenOption.APPEND)) {
        copy(in, out, blob.length() - have, blob, from);
      }
    }
  }

  private static void copy(
      InputStream in, OutputStream out, long expected, BlobRef blob, TransferAddress from)
      throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    long left = expected;
    int read = in.read(buffer);
    while (read >= 0) {
      left -= read;
      if (left < 0) {
        throw new TransferException(
            Kind.DAMAGED,
            blob.path() + " of " + from + " is longer than its " + blob.length() + " bytes");
      }
      out.write(buffer, 0, read);
      read = in.read(buffer);
    }
    if (left > 0) {
      throw new IOException(left + " bytes are missing");
    }
  }

  /**
   * Asks a node to keep copies.
   *
   * @throws TransferException when it does not answer or refuses
   */
  void askForCopies(TransferAddress to, CopyAsk ask) {
    try {
      HttpURLConnection connection = post(to, "/copies", ask.encode());
      requireAnswer(connection, "/copies");
      try (InputStream in = connection.getInputStream()) {
        in.skipNBytes(connection.getContentLength());
      }
    } catch (IOException e) {
      throw new TransferException(Kind.UNREACHABLE, "cannot ask " + to + " for copies: " + e, e);
    }
  }

  /** A request with a body, sent. */
  HttpURLConnection post(TransferAddress to, String path, byte[] body) throws IOException {
    HttpURLConnection connection = open(to, "POST", path, "", DurableFiles.sha256(body).toHex());
    connection.setDoOutput(true);
    connection.setFixedLengthStreamingMode(body.length);
    try (OutputStream out = connection.getOutputStream()) {
      out.write(body);
    }
    return connection;
  }

  private HttpURLConnection open(
      TransferAddress to, String method, String path, String range, String bodySha256)
      throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection) to.resolve(path).toURL().openConnection(Proxy.NO_PROXY);
    connection.setRequestMethod(method);
    connection.setConnectTimeout(Math.toIntExact(settings.connectLimit().toMillis()));
    connection.setReadTimeout(Math.toIntExact(settings.silenceLimit().toMillis()));
    connection.setInstanceFollowRedirects(false);
    connection.setUseCaches(false);
    if (!range.isEmpty()) {
      connection.setRequestProperty("Range", range);
    }
    if (!bodySha256.isEmpty()) {
      connection.setRequestProperty(TransferSecret.BODY_HEADER, bodySha256);
    }
    secret
        .sign(new TransferSecret.Signed(method, path, range, bodySha256), nowSeconds.get())
        .ifPresent(signature -> connection.setRequestProperty(TransferSecret.HEADER, signature));
    return connection;
  }

  /**
   * The status of an answer that is none of refusal.
   *
   * @throws TransferException of kind {@code MISSING} or {@code REFUSED}
   */
  static int requireAnswer(HttpURLConnection connection, String path) throws IOException {
    int status = connection.getResponseCode();
    if (status >= 200 && status < 300) {
      return status;
    }
    try (InputStream error = connection.getErrorStream()) {
      String said =
          error == null
              ? ""
              : new String(error.readNBytes(REFUSAL_BYTES_MAX), StandardCharsets.UTF_8).strip();
      throw new TransferException(
          status == HttpURLConnection.HTTP_NOT_FOUND ? Kind.MISSING : Kind.REFUSED,
          connection.getURL().getAuthority()
              + " answers "
              + path
              + " with "
              + status
              + ": "
              + said);
    }
  }
}
