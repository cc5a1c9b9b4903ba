package io.granary.bridge.retrieval;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** A client that sends whatever it is told, and reads as little as it is told. */
final class RawClient implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 20_000;

  private final Socket socket = new Socket();

  @SuppressWarnings("ArrayRecordComponent") // Nobody compares answers.
  record Answered(int status, Map<String, String> headers, byte[] body) {}

  RawClient(InetSocketAddress server) throws IOException {
    socket.setReceiveBufferSize(8 << 10);
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.connect(server);
  }

  void send(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  InputStream input() throws IOException {
    return socket.getInputStream();
  }

  /** Reads one answer with a Content-Length or in chunks. */
  Answered answer() throws IOException {
    String[] first = line().split(" ", 3);
    Map<String, String> headers = new HashMap<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      headers.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 2));
    }
    byte[] body =
        headers.containsKey("transfer-encoding")
            ? chunks()
            : exactly(Integer.parseInt(headers.getOrDefault("content-length", "0")));
    return new Answered(Integer.parseInt(first[1]), headers, body);
  }

  private byte[] chunks() throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    while (true) {
      byte[] chunk = exactly(Integer.parseInt(line(), 16));
      all.writeBytes(chunk);
      if (!line().isEmpty()) {
        throw new IOException("chunk without an end");
      }
      if (chunk.length == 0) {
        return all.toByteArray();
      }
    }
  }

  private byte[] exactly(int count) throws IOException {
    byte[] bytes = input().readNBytes(count);
    if (bytes.length < count) {
      throw new EOFException("after " + bytes.length + " of " + count + " bytes");
    }
    return bytes;
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int c = input().read(); c != '\n'; c = input().read()) {
      if (c < 0) {
        throw new EOFException("after " + line);
      }
      line.write(c);
    }
    return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
