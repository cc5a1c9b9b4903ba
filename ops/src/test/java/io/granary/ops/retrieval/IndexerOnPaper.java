package io.granary.ops.retrieval;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;

/** An indexer that counts what it is told. */
final class IndexerOnPaper implements AutoCloseable {
  private final HttpServer server;
  private final AtomicInteger told = new AtomicInteger();
  private volatile int status = 204;

  IndexerOnPaper() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          if (exchange.getRequestBody().readAllBytes().length > 0) {
            told.incrementAndGet();
          }
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
    server.start();
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/announce");
  }

  void answer(int with) {
    status = with;
  }

  int told() {
    return told.get();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
