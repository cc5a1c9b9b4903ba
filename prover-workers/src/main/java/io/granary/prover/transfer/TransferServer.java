package io.granary.prover.transfer;

import akka.actor.typed.ActorSystem;
import akka.http.javadsl.Http;
import akka.http.javadsl.ServerBinding;
import akka.http.javadsl.model.ContentTypes;
import akka.http.javadsl.model.HttpEntities;
import akka.http.javadsl.model.HttpMethods;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.StatusCode;
import akka.http.javadsl.model.StatusCodes;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import io.granary.protocol.Bytes;
import io.granary.protocol.SectorId;
import io.granary.prover.TransferSettings;
import io.granary.prover.files.DurableFiles;
import io.granary.prover.storage.BlobStore;
import io.granary.prover.storage.HeldSectors;
import io.granary.prover.storage.SectorFileNames;
import io.granary.prover.storage.StorageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves this node's bytes to other nodes:
 *
 * <ul>
 *   <li>{@code GET /blobs/{storage id}/{path}} a blob that the store knows, a sector's unsealed
 *       file or a deal's staged one, or a part ({@code Range: bytes=a-b})
 *   <li>{@code DELETE /blobs/{storage id}/{path}} recovered bytes, and nothing else
 *   <li>{@code GET /sectors} and {@code GET /sectors/{sector file name}} a {@link SectorPage}
 *   <li>{@code POST /vanilla} a {@link VanillaAsk}; the answer is a stream of {@link VanillaFrames}
 *   <li>{@code POST /copies} a {@link CopyAsk}; 202 when the blobs will be fetched
 * </ul>
 *
 * Thread-safe.
 */
public final class TransferServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TransferServer.class);
  private static final Pattern BLOB = Pattern.compile("/blobs/([A-Za-z0-9_-]{1,64})/(.{1,300})");
  private static final Pattern RANGE = Pattern.compile("bytes=(\\d{1,18})-(\\d{0,18})");
  private static final Duration BIND_LIMIT = Duration.ofSeconds(10);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(2);
  private static final Duration BODY_LIMIT = Duration.ofSeconds(30);
  private static final int CHUNK_BYTES = 1 << 16;
  private static final int IO_THREADS = 4;

  /** Listings that wait for the one that looks at the disks. */
  private static final int LISTINGS_WAITING_MAX = 16;

  /** What is served. */
  public record Services(BlobStore blobs, VanillaSource vanilla, CopyKeeper copies) {}

  private final ActorSystem<?> system;
  private final TransferSettings settings;
  private final TransferSecret secret;
  private final Services services;
  private final Supplier<Long> nowSeconds;
  private final ExecutorService io;
  private final ExecutorService reading;
  private final ExecutorService listing;
  private final ServerBinding binding;

  /**
   * Binds, waiting for it.
   *
   * @param nowSeconds since 1970-01-01 UTC
   * @throws IllegalStateException when the port is taken
   */
  public static TransferServer bind(
      ActorSystem<?> system,
      TransferSettings settings,
      TransferSecret secret,
      Services services,
      Supplier<Long> nowSeconds) {
    return new TransferServer(system, settings, secret, services, nowSeconds);
  }

  /** As the other one, with the settings and the secret of {@code exchange}, and tells it where. */
  public static TransferServer bind(ActorSystem<?> system, Exchange exchange, Services services) {
    TransferServer server =
        bind(system, exchange.settings(), exchange.secret(), services, Exchange.clock());
    exchange.serveAt(server.address());
    return server;
  }

  private TransferServer(
      ActorSystem<?> system,
      TransferSettings settings,
      TransferSecret secret,
      Services services,
      Supplier<Long> nowSeconds) {
    this.system = system;
    this.settings = settings;
    this.secret = secret;
    this.services = services;
    this.nowSeconds = nowSeconds;
    this.io = BoundedThreads.of("transfer-io", IO_THREADS, 2 * settings.connectionsMax());
    this.reading =
        BoundedThreads.of("transfer-vanilla", settings.vanillaRunning(), settings.vanillaWaiting());
    this.listing = BoundedThreads.of("transfer-list", 1, LISTINGS_WAITING_MAX);
    this.binding = await(bind());
  }

  private CompletionStage<ServerBinding> bind() {
    return Http.get(system)
        .newServerAt(settings.host(), settings.port())
        .adaptSettings(s -> s.withMaxConnections(settings.connectionsMax()))
        .bind(this::handle);
  }

  private ServerBinding await(CompletionStage<ServerBinding> stage) {
    String where = "granary.prover.transfer: " + settings.host() + ":" + settings.port();
    try {
      return stage.toCompletableFuture().get(BIND_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      stop();
      throw new IllegalStateException(where + " cannot be bound", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stop();
      throw new IllegalStateException(where + ": interrupted", e);
    }
  }

  /** What other nodes connect to. */
  public TransferAddress address() {
    String host = settings.advertisedHost().isBlank() ? settings.host() : settings.advertisedHost();
    return new TransferAddress(host, binding.localAddress().getPort());
  }

  private CompletionStage<HttpResponse> handle(HttpRequest request) {
    String path = request.getUri().getPathString();
    TransferSecret.Signed signed =
        new TransferSecret.Signed(
            request.method().value(),
            path,
            header(request, "Range"),
            header(request, TransferSecret.BODY_HEADER));
    String signature = header(request, TransferSecret.HEADER);
    if (!secret.verifies(signature.isEmpty() ? null : signature, signed, nowSeconds.get())) {
      LOG.warn("refused {} {}: not signed by this cluster's secret", signed.method(), path);
      return refuse(request, StatusCodes.UNAUTHORIZED, "not signed by this cluster's secret");
    }
    try {
      if (request.method().equals(HttpMethods.GET)) {
        request.discardEntityBytes(system);
        return path.equals(SectorPage.PATH) || path.startsWith(SectorPage.PATH + "/")
            ? CompletableFuture.supplyAsync(() -> sectors(path), listing)
            : CompletableFuture.supplyAsync(() -> blob(path, signed.range()), io);
      } else if (request.method().equals(HttpMethods.DELETE)) {
        request.discardEntityBytes(system);
        return CompletableFuture.supplyAsync(() -> delete(path), io);
      } else if (request.method().equals(HttpMethods.POST)) {
        return request
            .entity()
            .withSizeLimit(settings.requestBytesMax())
            .toStrict(BODY_LIMIT.toMillis(), system)
            .thenApply(body -> body.getData().toArray())
            .handle((body, failure) -> failure == null ? post(path, signed, body) : tooLarge());
      }
    } catch (RejectedExecutionException e) {
      return refuse(request, StatusCodes.SERVICE_UNAVAILABLE, "too many requests at once");
    }
    return refuse(request, StatusCodes.METHOD_NOT_ALLOWED, "GET, POST and DELETE only");
  }

  private static String header(HttpRequest request, String name) {
    return request.getHeader(name).map(h -> h.value()).orElse("");
  }

  private CompletionStage<HttpResponse> refuse(HttpRequest request, StatusCode status, String why) {
    request.discardEntityBytes(system);
    return CompletableFuture.completedFuture(answer(status, why));
  }

  private static HttpResponse answer(StatusCode status, String text) {
    return HttpResponse.create().withStatus(status).withEntity(text + "\n");
  }

  private static HttpResponse tooLarge() {
    return answer(StatusCodes.get(413), "the body is too large, or did not come");
  }

  /** Blocking; on the one thread for it, so that slow disks hold up no proofs. */
  private HttpResponse sectors(String path) {
    Optional<SectorId> after =
        path.equals(SectorPage.PATH)
            ? Optional.empty()
            : SectorFileNames.parse(path.substring(SectorPage.PATH.length() + 1));
    if (after.isEmpty() && !path.equals(SectorPage.PATH)) {
      return answer(StatusCodes.NOT_FOUND, "no such sector");
    }
    try {
      HeldSectors held = services.blobs().heldSectors(after, SectorPage.SECTORS_MAX);
      byte[] page =
          new SectorPage(services.blobs().storageIds(), held.sectors(), held.more()).encode();
      return HttpResponse.create()
          .withEntity(HttpEntities.create(ContentTypes.APPLICATION_JSON, page));
    } catch (StorageException e) {
      LOG.warn("the sectors here cannot be listed for another node", e);
      return answer(StatusCodes.SERVICE_UNAVAILABLE, "a disk does not say what it has");
    }
  }

  /** Blocking; on an io thread. */
  private HttpResponse delete(String path) {
    Matcher named = BLOB.matcher(path);
    try {
      return named.matches() && services.blobs().deleteRecovered(named.group(1), named.group(2))
          ? answer(StatusCodes.OK, "deleted")
          : answer(StatusCodes.NOT_FOUND, "no such recovered bytes");
    } catch (StorageException e) {
      LOG.warn("cannot delete {} for another node", path, e);
      return answer(StatusCodes.INTERNAL_SERVER_ERROR, "cannot be deleted");
    }
  }

  /** Blocking; on an io thread. */
  private HttpResponse blob(String path, String range) {
    Matcher named = BLOB.matcher(path);
    Optional<Path> file =
        named.matches()
            ? services.blobs().served(named.group(1), named.group(2))
            : Optional.empty();
    if (file.isEmpty()) {
      return answer(StatusCodes.NOT_FOUND, "no such blob");
    }
    try {
      long size = Files.size(file.get());
      if (range.isEmpty()) {
        return part(StatusCodes.OK, file.get(), 0, size);
      }
      Matcher wanted = RANGE.matcher(range);
      long from = wanted.matches() ? Long.parseLong(wanted.group(1)) : size;
      if (from >= size) {
        return answer(StatusCodes.RANGE_NOT_SATISFIABLE, "bytes=a-b within " + size + " bytes");
      }
      long last =
          wanted.group(2).isEmpty()
              ? size - 1
              : Math.min(size - 1, Long.parseLong(wanted.group(2)));
      return last < from
          ? answer(StatusCodes.RANGE_NOT_SATISFIABLE, "bytes=a-b within " + size + " bytes")
          : part(StatusCodes.PARTIAL_CONTENT, file.get(), from, last - from + 1);
    } catch (IOException e) {
      LOG.warn("cannot serve {}", file.get(), e);
      return answer(StatusCodes.NOT_FOUND, "cannot be read");
    }
  }

  private static HttpResponse part(StatusCode status, Path file, long from, long length) {
    Source<ByteString, ?> bytes =
        Source.unfoldResource(() -> new Part(file, from, length), Part::next, Part::close);
    return HttpResponse.create()
        .withStatus(status)
        .withEntity(
            HttpEntities.create(
                ContentTypes.APPLICATION_OCTET_STREAM, length, bytes.mapMaterializedValue(m -> m)));
  }

  /** A part of a file, a chunk at a time; used by one stream, on Akka's threads for blocking. */
  private static final class Part {
    private final FileChannel channel;
    private long left;

    Part(Path file, long from, long length) throws IOException {
      channel = FileChannel.open(file, StandardOpenOption.READ);
      channel.position(from);
      left = length;
    }

    Optional<ByteString> next() throws IOException {
      ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(CHUNK_BYTES, left));
      if (left == 0 || channel.read(chunk) < 0) {
        return Optional.empty();
      }
      left -= chunk.position();
      return Optional.of(ByteString.fromByteBuffer(chunk.flip()));
    }

    void close() {
      try {
        channel.close();
      } catch (IOException e) {
        throw new UncheckedIOException("cannot close a blob", e);
      }
    }
  }

  private HttpResponse post(String path, TransferSecret.Signed signed, byte[] body) {
    Bytes sha256 = DurableFiles.sha256(body);
    if (!sha256.toHex().equals(signed.bodySha256())) {
      return answer(StatusCodes.BAD_REQUEST, "the body's sha256 is not the signed one");
    }
    try {
      return switch (path) {
        case "/vanilla" -> vanilla(VanillaAsk.decode(body));
        case "/copies" -> copies(CopyAsk.decode(body));
        default -> answer(StatusCodes.NOT_FOUND, "/vanilla and /copies only");
      };
    } catch (RejectedExecutionException e) {
      return answer(StatusCodes.SERVICE_UNAVAILABLE, "too many requests at once");
    } catch (IllegalArgumentException | ArithmeticException e) {
      return answer(StatusCodes.BAD_REQUEST, e.getMessage() + "");
    }
  }

  private HttpResponse vanilla(VanillaAsk ask) {
    VanillaStream stream = new VanillaStream(system, settings, ask.sectors().size(), io);
    try {
      reading.execute(() -> read(ask, stream));
    } catch (RejectedExecutionException e) {
      stream.breakOff("too many requests at once");
      throw e;
    }
    return HttpResponse.create()
        .withEntity(
            HttpEntities.createChunked(ContentTypes.APPLICATION_OCTET_STREAM, stream.source()));
  }

  private void read(VanillaAsk ask, VanillaStream stream) {
    try {
      services.vanilla().read(ask, stream);
    } catch (RuntimeException e) {
      LOG.warn(
          "cannot read {} sectors of {} for another node", ask.sectors().size(), ask.miner(), e);
      stream.breakOff("cannot be read: " + e.getMessage());
    }
  }

  private HttpResponse copies(CopyAsk ask) {
    services.copies().keep(ask);
    return answer(StatusCodes.ACCEPTED, "will be copied");
  }

  private void stop() {
    io.shutdownNow();
    reading.shutdownNow();
    listing.shutdownNow();
  }

  @Override
  public void close() {
    binding.terminate(STOP_LIMIT);
    stop();
  }
}
