package io.granary.bridge.client;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.granary.bridge.retrieval.ByteRange;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves one CAR to the provider over HTTP while the transfer lasts: HEAD and GET, whole or a
 * range. Whoever does not have both the path and the token learns nothing, not even that a file is
 * here.
 */
public final class CarServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CarServer.class);
  private static final int COPY_BYTES = 256 << 10;
  private static final String REQUEST_LIMIT = "sun.net.httpserver.maxReqTime";
  private static final String REQUEST_LIMIT_SECONDS = "30";

  private final HttpServer server;
  private final ExecutorService workers;
  private final FileChannel file;
  private final long size;
  private final Access access;
  private final String etag;
  private final AtomicLong bytesSent = new AtomicLong();
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * What a request has to show.
   *
   * @param path starts with a slash and cannot be guessed
   * @param authorization value of the header of that name
   */
  public record Access(String path, String authorization) {
    private boolean admits(HttpExchange exchange) {
      return same(path, exchange.getRequestURI().getRawPath())
          && same(authorization, header(exchange, "Authorization"));
    }

    /** Takes the same time wherever the two differ. */
    private static boolean same(String expected, String given) {
      return MessageDigest.isEqual(
          expected.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
    }

    /** Without the secrets. */
    @Override
    public String toString() {
      return "access to a CAR";
    }
  }

  private CarServer(
      HttpServer server, ExecutorService workers, FileChannel file, Access access, String etag)
      throws IOException {
    this.server = server;
    this.workers = workers;
    this.file = file;
    this.size = file.size();
    this.access = access;
    this.etag = '"' + etag + '"';
  }

  /**
   * Serves {@code car} from now on.
   *
   * @param host an address of this machine; port 0 takes any free one
   * @param etag names the content: the same file again has the same
   * @throws ClientException when the address cannot be listened on, or the file not be read
   */
  public static CarServer start(
      Path car, String host, int port, Access access, String etag, ClientSettings settings) {
    // A request that does not end must not hold a thread; the JDK's server reads this once.
    if (System.getProperty(REQUEST_LIMIT) == null) {
      System.setProperty(REQUEST_LIMIT, REQUEST_LIMIT_SECONDS);
    }
    ExecutorService workers =
        Executors.newFixedThreadPool(settings.serveThreads(), CarServer::thread);
    try {
      HttpServer server =
          HttpServer.create(
              new InetSocketAddress(InetAddress.getByName(host), port), settings.serveWaiting());
      CarServer serving = new CarServer(server, workers, FileChannel.open(car), access, etag);
      server.setExecutor(workers);
      server.createContext("/", serving::handle);
      server.start();
      return serving;
    } catch (IOException e) {
      workers.shutdownNow();
      throw new ClientException(
          "cannot serve " + car + " at " + host + ":" + port + ": " + e.getMessage(), e);
    }
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "car-server");
    thread.setDaemon(true);
    return thread;
  }

  /** The port that was taken. */
  public int port() {
    return server.getAddress().getPort();
  }

  /** Bytes of the file sent so far, repeated ones counted each time. */
  public long bytesSent() {
    return bytesSent.get();
  }

  private static String header(HttpExchange exchange, String name) {
    String value = exchange.getRequestHeaders().getFirst(name);
    return value == null ? "" : value;
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (!access.admits(exchange)) {
        exchange.sendResponseHeaders(404, -1);
        return;
      }
      boolean head = exchange.getRequestMethod().equals("HEAD");
      if (!head && !exchange.getRequestMethod().equals("GET")) {
        exchange.getResponseHeaders().set("Allow", "GET, HEAD");
        exchange.sendResponseHeaders(405, -1);
        return;
      }
      answer(exchange, head);
    } catch (IOException e) {
      LOG.debug("a transfer ended before its end: {}", e.getMessage());
      throw e;
    }
  }

  private void answer(HttpExchange exchange, boolean head) throws IOException {
    Headers headers = exchange.getResponseHeaders();
    headers.set("Accept-Ranges", "bytes");
    headers.set("ETag", etag);
    headers.set("Cache-Control", "private, no-store");
    ByteRange.Wanted wanted = head ? new ByteRange.Wanted.Whole() : range(exchange);
    if (wanted instanceof ByteRange.Wanted.Unsatisfiable) {
      headers.set("Content-Range", "bytes */" + size);
      exchange.sendResponseHeaders(416, -1);
      return;
    }
    headers.set("Content-Type", "application/vnd.ipld.car; version=1");
    if (head) { // A range is defined for GET only (RFC 9110, 14.2).
      headers.set("Content-Length", Long.toString(size));
      exchange.sendResponseHeaders(200, -1);
      return;
    }
    if (wanted instanceof ByteRange.Wanted.Part part) {
      headers.set("Content-Range", part.range().contentRange(size));
      exchange.sendResponseHeaders(206, part.range().length());
      send(exchange, part.range().start(), part.range().end());
    } else {
      exchange.sendResponseHeaders(200, size == 0 ? -1 : size);
      send(exchange, 0, size);
    }
  }

  /** A range counts only for the content that {@code If-Range} names (RFC 9110, 13.1.5). */
  private ByteRange.Wanted range(HttpExchange exchange) {
    String range = header(exchange, "Range");
    String condition = header(exchange, "If-Range");
    boolean counts = !range.isEmpty() && (condition.isEmpty() || condition.equals(etag));
    return counts ? ByteRange.of(range, size) : new ByteRange.Wanted.Whole();
  }

  private void send(HttpExchange exchange, long start, long end) throws IOException {
    byte[] buffer = new byte[(int) Math.min(COPY_BYTES, Math.max(1, end - start))];
    long position = start;
    try (OutputStream body = exchange.getResponseBody()) {
      while (position < end) {
        ByteBuffer target =
            ByteBuffer.wrap(buffer, 0, (int) Math.min(buffer.length, end - position));
        int read = file.read(target, position);
        if (read < 0) {
          throw new IOException("the CAR was cut short while it was served");
        }
        body.write(buffer, 0, read);
        position += read;
        bytesSent.addAndGet(read);
      }
    }
  }

  /** Stops at once; transfers under way are broken off. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    server.stop(0);
    workers.shutdownNow();
    try {
      file.close();
    } catch (IOException e) {
      LOG.debug("closing the CAR: {}", e.getMessage());
    }
  }
}
