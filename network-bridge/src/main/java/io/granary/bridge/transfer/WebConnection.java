package io.granary.bridge.transfer;

import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.URI;
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
  private final AnswerReader reader;

  private WebConnection(Socket socket, AnswerReader reader) {
    this.socket = socket;
    this.reader = reader;
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
      AnswerReader reader =
          new AnswerReader(new TimedInput(socket, parts.settings), parts.settings.headBytesMax());
      if (!late.cancel(false)) {
        throw new IOException("no connection within " + limitMillis + " ms");
      }
      return new WebConnection(socket, reader);
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

  /**
   * Asks for the file.
   *
   * @throws TransferRefusedException when a header cannot be sent
   */
  ResponseHead get(URI uri, Map<String, String> headers)
      throws IOException, TransferRefusedException {
    socket.getOutputStream().write(reader.encode(request(uri, headers)));
    socket.getOutputStream().flush();
    return ResponseHead.read(reader);
  }

  private static FullHttpRequest request(URI uri, Map<String, String> headers)
      throws TransferRefusedException {
    try {
      FullHttpRequest request =
          new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, target(uri));
      String host = uri.getPort() < 0 ? uri.getHost() : uri.getHost() + ":" + uri.getPort();
      request.headers().set(HttpHeaderNames.HOST, host);
      headers.forEach((name, value) -> request.headers().add(name, value));
      return request;
    } catch (IllegalArgumentException e) {
      throw new TransferRefusedException("a header of the transfer cannot be sent");
    }
  }

  private static String target(URI uri) {
    URI ascii = URI.create(uri.toASCIIString());
    String path = ascii.getRawPath().isEmpty() ? "/" : ascii.getRawPath();
    return ascii.getRawQuery() == null ? path : path + "?" + ascii.getRawQuery();
  }

  WebBody body(ResponseHead head) throws IOException {
    return WebBody.of(reader, head);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
