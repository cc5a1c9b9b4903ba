package io.granary.bridge.transfer;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One HTTP/1.1 request over a connection of its own to an address that was looked up and judged
 * before: the name is only told to the server and held against its certificate. No proxy is used,
 * which would look the name up itself. Used by one thread; closed by any.
 */
final class WebConnection implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(WebConnection.class);

  private final Socket socket;
  private final TimedInput in;

  private WebConnection(Socket socket, TimedInput in) {
    this.socket = socket;
    this.in = in;
  }

  /** What connections need: TLS, time limits, and who ends those that take too long. */
  record Parts(TransferSettings settings, SSLSocketFactory tls, ScheduledExecutorService watch) {}

  /** Connects to {@code address}, as the host of {@code uri}. */
  static WebConnection open(Parts parts, URI uri, InetAddress address, TransferControl control)
      throws IOException {
    long limitMillis = parts.settings.connectLimit().toMillis();
    Socket plain = new Socket(Proxy.NO_PROXY);
    ScheduledFuture<?> late =
        parts.watch.schedule(() -> closeQuietly(plain), limitMillis, TimeUnit.MILLISECONDS);
    try {
      control.hold(plain);
      plain.connect(new InetSocketAddress(address, port(uri)), (int) limitMillis);
      plain.setTcpNoDelay(true);
      plain.setSoTimeout((int) limitMillis);
      Socket socket = secure(uri) ? encrypt(parts, uri, plain) : plain;
      control.hold(socket);
      TimedInput in = new TimedInput(socket, parts.settings);
      if (!late.cancel(false)) {
        throw new IOException("no connection within " + limitMillis + " ms");
      }
      return new WebConnection(socket, in);
    } catch (IOException e) {
      plain.close();
      throw late.cancel(false) || control.stopped()
          ? e
          : new IOException("no connection within " + limitMillis + " ms", e);
    }
  }

  private static Socket encrypt(Parts parts, URI uri, Socket plain) throws IOException {
    SSLSocket socket =
        (SSLSocket) parts.tls.createSocket(plain, host(uri), port(uri), /* autoClose= */ true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      LOG.debug("closing a connection that took too long: {}", e.getMessage());
    }
  }

  static boolean secure(URI uri) {
    return uri.getScheme().equalsIgnoreCase("https");
  }

  static int port(URI uri) {
    return uri.getPort() >= 0 ? uri.getPort() : secure(uri) ? 443 : 80;
  }

  /** The host without the brackets of an IPv6 address. */
  static String host(URI uri) {
    String host = uri.getHost();
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  /** Asks for the file. */
  ResponseHead get(URI uri, Map<String, String> headers, int headBytesMax) throws IOException {
    StringBuilder request = new StringBuilder("GET ").append(target(uri)).append(" HTTP/1.1\r\n");
    request.append("Host: ").append(uri.getHost());
    if (uri.getPort() >= 0) {
      request.append(':').append(uri.getPort());
    }
    request.append("\r\n");
    headers.forEach(
        (name, value) -> request.append(name).append(": ").append(value).append("\r\n"));
    request.append("\r\n");
    socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.US_ASCII));
    socket.getOutputStream().flush();
    return ResponseHead.read(in, headBytesMax);
  }

  private static String target(URI uri) {
    URI ascii = URI.create(uri.toASCIIString());
    String path = ascii.getRawPath().isEmpty() ? "/" : ascii.getRawPath();
    return ascii.getRawQuery() == null ? path : path + "?" + ascii.getRawQuery();
  }

  WebBody body(ResponseHead head) throws IOException {
    return WebBody.of(in, head);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
