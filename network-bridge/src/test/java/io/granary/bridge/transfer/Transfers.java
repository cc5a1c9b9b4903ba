package io.granary.bridge.transfer;

import com.typesafe.config.ConfigFactory;
import io.granary.protocol.Bytes;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.deal.TransferProgress;
import io.granary.protocol.deal.TransferSource;
import io.granary.protocol.piece.CommPDigest;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.piece.PieceInfo;
import io.granary.protocol.piece.PieceSizes;
import io.granary.protocol.port.DealFetcher.End;
import io.granary.protocol.port.DealFetcher.Order;
import io.granary.protocol.port.DealFetcher.Watcher;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLSocketFactory;

/**
 * A fetcher with a staging folder of its own. The addresses of {@code open} count as addresses of
 * the internet; the others are judged as ever.
 */
final class Transfers implements AutoCloseable {
  static final DealId DEAL = DealId.parse("00112233-4455-6677-8899-aabbccddeeff");
  static final String STORAGE = "storage-1";
  private static final long LIMIT_SECONDS = 30;

  private static final AtomicLong PROCESSES = new AtomicLong();

  final Path root;
  final Staging staging;
  final Map<String, List<String>> names = new ConcurrentHashMap<>();
  final List<String> asked = new CopyOnWriteArrayList<>();
  final List<Long> told = new CopyOnWriteArrayList<>();
  final HttpDealFetcher fetcher;

  Transfers(Path root, String changes) {
    this(root, changes, (SSLSocketFactory) SSLSocketFactory.getDefault());
  }

  Transfers(Path root, String changes, SSLSocketFactory tls) {
    this(root, Staging.open(STORAGE, root), changes, tls);
  }

  /** A node that shares the staging in {@code root} with all that are made so. */
  static Transfers sharing(Path root, String changes) {
    return new Transfers(
        root,
        Staging.shared(STORAGE, root, PROCESSES.incrementAndGet()),
        changes,
        (SSLSocketFactory) SSLSocketFactory.getDefault());
  }

  private Transfers(Path root, Staging staging, String changes, SSLSocketFactory tls) {
    this.root = root;
    this.staging = staging;
    names.put("127.0.0.1", List.of("127.0.0.1"));
    AddressGuard guard = new AddressGuard(/* allowPrivate= */ false);
    byte[] open = {127, 0, 0, 1};
    this.fetcher =
        new HttpDealFetcher(
            settings(changes),
            staging,
            this::look,
            address ->
                Arrays.equals(address.getAddress(), open)
                    ? Optional.empty()
                    : guard.problem(address),
            tls);
  }

  static TransferSettings settings(String changes) {
    return TransferSettings.from(
        ConfigFactory.parseString("granary.network-bridge.transfers { " + changes + " }")
            .withFallback(
                ConfigFactory.parseString("granary.network-bridge.transfers.disk-reserve = 0"))
            .withFallback(ConfigFactory.load())
            .resolve());
  }

  private List<InetAddress> look(String host) throws UnknownHostException {
    asked.add(host);
    List<InetAddress> found = new ArrayList<>();
    for (String literal : names.getOrDefault(host, List.of())) {
      found.add(InetAddress.getByName(literal));
    }
    if (found.isEmpty()) {
      throw new UnknownHostException(host);
    }
    return found;
  }

  static byte[] content(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  static Commitment commP(byte[] content, long paddedBytes) {
    CommPDigest digest = new CommPDigest();
    digest.update(content);
    return digest.finish(paddedBytes).commP();
  }

  /** A piece size that takes the content and has room for as much again. */
  static long pieceFor(byte[] content) {
    return 2 * PieceSizes.paddedFor(content.length);
  }

  static Order order(String url, byte[] content, long known) {
    return order(url, Map.of(), content, known);
  }

  static Order order(String url, Map<String, String> headers, byte[] content, long known) {
    return new Order(
        DEAL,
        TransferSource.of(url, headers),
        content.length,
        new PieceInfo(commP(content, pieceFor(content)), pieceFor(content)),
        new TransferProgress(known, known == 0 ? 0 : content.length, 0, Optional.empty()));
  }

  End fetch(Order order) throws Exception {
    return fetch(order, (received, total) -> told.add(received));
  }

  End fetch(Order order, Watcher watcher) throws Exception {
    return fetcher.fetch(order, watcher).toCompletableFuture().get(LIMIT_SECONDS, TimeUnit.SECONDS);
  }

  /** What a new transfer would find. */
  long room() throws Exception {
    return fetcher.room().toCompletableFuture().get(LIMIT_SECONDS, TimeUnit.SECONDS);
  }

  Path file() {
    return root.resolve(Staging.FOLDER).resolve(DEAL + ".data");
  }

  /** What lies where the end of a transfer says. */
  Bytes onDisk(End.Complete end) throws IOException {
    return Bytes.of(Files.readAllBytes(root.resolve(end.file().path())));
  }

  Bytes onDisk() throws IOException {
    return Bytes.of(Files.readAllBytes(file()));
  }

  @Override
  public void close() {
    fetcher.close();
  }
}
