package io.granary.bench;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Fetches over loopback and throws away what comes, at the least cost of a client. */
final class HttpDownload {
  private static final int BUFFER_BYTES = 1 << 20;
  private static final int PATIENCE_MILLIS = 60_000;

  private HttpDownload() {}

  /** Bytes of everything after the head of the answer to a GET, which ends the connection. */
  static long bodyBytes(int port, String path) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      String request = "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      InputStream in = new BufferedInputStream(socket.getInputStream(), BUFFER_BYTES);
      String status = line(in);
      if (!status.contains(" 200 ")) {
        throw new IOException(path + " was answered with " + status);
      }
      String field = line(in);
      while (!field.isEmpty()) {
        field = line(in);
      }
      byte[] buffer = new byte[BUFFER_BYTES];
      long bytes = 0;
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        bytes += read;
      }
      return bytes;
    }
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("in the head of an answer");
      }
      line.append((char) c);
    }
    return line.toString().strip();
  }
}
