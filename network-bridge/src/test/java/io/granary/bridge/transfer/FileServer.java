package io.granary.bridge.transfer;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ServerSocketFactory;

/** An HTTP server on loopback whose every answer is written by hand. One thread a connection. */
final class FileServer implements Closeable {
  /** A request line and fields, their names in lower case. */
  record Request(String line, Map<String, String> fields) {
    String path() {
      return line.split(" ", -1)[1];
    }

    /** Where the range asked for begins, 0 without one. */
    int from() {
      String range = fields.getOrDefault("range", "bytes=0-");
      return Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
    }
  }

  /** Writes the answer; the connection is closed after it. */
  @FunctionalInterface
  interface Handler {
    void answer(Request request, OutputStream out) throws IOException, InterruptedException;
  }

  final List<Request> requests = new CopyOnWriteArrayList<>();
  private final ServerSocket server;
  private volatile Handler handler;

  private FileServer(ServerSocket server, Handler handler) {
    this.server = server;
    this.handler = handler;
  }

  static FileServer start(Handler handler) throws IOException {
    return start(ServerSocketFactory.getDefault(), handler);
  }

  static FileServer start(ServerSocketFactory sockets, Handler handler) throws IOException {
    FileServer server =
        new FileServer(
            sockets.createServerSocket(0, 50, InetAddress.getLoopbackAddress()), handler);
    daemon(server::accept);
    return server;
  }

  private static void daemon(Runnable work) {
    Thread thread = new Thread(work, "file-server");
    thread.setDaemon(true);
    thread.start();
  }

  void handle(Handler next) {
    handler = next;
  }

  int port() {
    return server.getLocalPort();
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = server.accept();
        daemon(() -> serve(socket));
      }
    } catch (IOException e) {
      requests.clear(); // Closed: the test is over.
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      Request request = read(socket.getInputStream());
      requests.add(request);
      handler.answer(request, socket.getOutputStream());
      socket.getOutputStream().flush();
    } catch (IOException | InterruptedException e) {
      Thread.currentThread().interrupt(); // The client went away: so does this thread.
    }
  }

  private static Request read(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("no request");
      }
      head.write(next);
    }
    List<String> lines = head.toString(StandardCharsets.US_ASCII).lines().toList();
    Map<String, String> fields = new TreeMap<>();
    for (String line : lines.subList(1, lines.size() - 1)) {
      int colon = line.indexOf(':');
      fields.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    return new Request(lines.get(0), fields);
  }

  static void write(OutputStream out, String head) throws IOException {
    out.write((head.replace("\n", "\r\n") + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
  }

  /** Serves a file with ranges, as a good server does. */
  static Handler file(byte[] content, String etag) {
    return file(content, etag, Integer.MAX_VALUE);
  }

  /** The same, but each answer breaks off after so many bytes of the body. */
  static Handler file(byte[] content, String etag, int cut) {
    return (request, out) -> {
      boolean same = request.fields().getOrDefault("if-range", etag).equals(etag);
      int from = same ? request.from() : 0;
      if (from > 0 && from >= content.length) {
        write(out, "HTTP/1.1 416 No\nContent-Range: bytes */" + content.length);
        return;
      }
      String range =
          "\nContent-Range: bytes " + from + "-" + (content.length - 1) + "/" + content.length;
      write(
          out,
          (from > 0 ? "HTTP/1.1 206 Part" + range : "HTTP/1.1 200 OK")
              + "\nETag: "
              + etag
              + "\nContent-Length: "
              + (content.length - from));
      out.write(content, from, Math.min(cut, content.length - from));
    };
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
