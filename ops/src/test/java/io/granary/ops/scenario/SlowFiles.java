package io.granary.ops.scenario;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.granary.protocol.Bytes;
import io.granary.protocol.deal.Transfer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A client's server of files: it takes its time, knows ranges, and says what it was asked for. */
final class SlowFiles implements AutoCloseable {
  private static final int PART_BYTES = 60;

  /** Connections served at once; others wait. */
  private static final int THREADS = 16;

  private final HttpServer web;
  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
  private final Duration partPause;
  private final Map<String, List<String>> ranges = new ConcurrentHashMap<>();

  /**
   * @param partPause after each {@value #PART_BYTES} bytes
   */
  SlowFiles(Duration partPause) throws IOException {
    this.partPause = partPause;
    web = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    web.setExecutor(threads);
    web.start();
  }

  /** Serves {@code data}; how to get it. */
  Transfer serve(String name, byte[] data) {
    ranges.put(name, new CopyOnWriteArrayList<>());
    web.createContext("/" + name, exchange -> answer(exchange, name, data, data.length));
    return transfer(name, data.length);
  }

  /** As {@link #serve}; who asks for all of it gets half, and then nothing more. */
  Transfer serveHalf(String name, byte[] data) {
    ranges.put(name, new CopyOnWriteArrayList<>());
    web.createContext("/" + name, exchange -> answer(exchange, name, data, data.length / 2));
    return transfer(name, data.length);
  }

  private Transfer transfer(String name, int bytes) {
    String url = "http://127.0.0.1:" + web.getAddress().getPort() + "/" + name;
    return new Transfer(
        bytes,
        Transfer.HTTP,
        Bytes.of(("{\"URL\":\"" + url + "\"}").getBytes(StandardCharsets.UTF_8)),
        "");
  }

  /** The Range headers of the requests for a file, empty where there was none. */
  List<String> ranges(String name) {
    return List.copyOf(ranges.getOrDefault(name, List.of()));
  }

  /** Where each request for a file began. */
  List<Integer> offsets(String name) {
    return ranges(name).stream().map(SlowFiles::offset).toList();
  }

  private static int offset(String range) {
    return range.isEmpty() ? 0 : Integer.parseInt(range.replaceAll("[^0-9]", ""));
  }

  private void answer(HttpExchange exchange, String name, byte[] data, int endOfWhole)
      throws IOException {
    String range = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Range")).orElse("");
    ranges.getOrDefault(name, List.of()).add(range);
    int from = offset(range);
    exchange.getResponseHeaders().add("ETag", "\"" + name + "\"");
    if (from > 0) {
      exchange
          .getResponseHeaders()
          .add("Content-Range", "bytes " + from + "-" + (data.length - 1) + "/" + data.length);
    }
    exchange.sendResponseHeaders(from > 0 ? 206 : 200, data.length - from);
    int end = from > 0 ? data.length : endOfWhole;
    OutputStream out = exchange.getResponseBody();
    for (int at = from; at < end; at += PART_BYTES) {
      out.write(data, at, Math.min(PART_BYTES, end - at));
      out.flush();
      pause();
    }
    if (end == data.length) {
      exchange.close();
    }
  }

  private void pause() throws IOException {
    try {
      Thread.sleep(partPause.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("the server ends", e);
    }
  }

  @Override
  public void close() {
    web.stop(0);
    threads.shutdownNow();
  }
}
