package io.granary.devnet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A plain JSON-RPC client for tests: what goes over the wire is what stands here. */
public final class RpcClient {
  public static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http = HttpClient.newHttpClient();
  private final URI url;
  private final String token;

  public RpcClient(Devnet devnet) throws IOException {
    this(devnet, devnet.url());
  }

  /** A client of one of the devnet's endpoints. */
  public RpcClient(Devnet devnet, URI url) throws IOException {
    this.url = url;
    this.token = Files.readString(devnet.tokenFile());
  }

  public String token() {
    return token;
  }

  /** The whole response to a call with the admin token. */
  public JsonNode call(String method, @Nullable Object... params) throws Exception {
    return JSON.readTree(post(request(method, params), token, "application/json").body());
  }

  /** The result of a call that must succeed. */
  public JsonNode result(String method, @Nullable Object... params) throws Exception {
    JsonNode response = call(method, params);
    if (response.has("error")) {
      throw new AssertionError(method + ": " + response.get("error"));
    }
    return response.get("result");
  }

  public static String request(String method, @Nullable Object... params) {
    ObjectNode request = JSON.createObjectNode();
    request.put("jsonrpc", "2.0").put("id", 1).put("method", method);
    ArrayNode array = request.putArray("params");
    for (@Nullable Object param : params) {
      array.add(JSON.<JsonNode>valueToTree(param));
    }
    return request.toString();
  }

  /** Posts a raw body; an empty token or content type leaves the header out. */
  public HttpResponse<String> post(String body, String bearer, String contentType)
      throws Exception {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(url).POST(HttpRequest.BodyPublishers.ofString(body));
    if (!bearer.isEmpty()) {
      builder.header("Authorization", "Bearer " + bearer);
    }
    if (!contentType.isEmpty()) {
      builder.header("Content-Type", contentType);
    }
    return http.send(builder.build(), HttpResponse.BodyHandlers.ofString());
  }

  public HttpResponse<String> get() throws Exception {
    return http.send(
        HttpRequest.newBuilder(url).GET().build(), HttpResponse.BodyHandlers.ofString());
  }

  /** A WebSocket whose text frames come out of a queue. */
  public Socket open() {
    Socket socket = new Socket();
    socket.socket =
        http.newWebSocketBuilder()
            .header("Authorization", "Bearer " + token)
            .buildAsync(URI.create(url.toString().replace("http:", "ws:")), socket)
            .join();
    return socket;
  }

  /** One WebSocket of a test. */
  public static final class Socket implements WebSocket.Listener, AutoCloseable {
    private final BlockingQueue<JsonNode> frames = new LinkedBlockingQueue<>();
    private final CountDownLatch gone = new CountDownLatch(1);
    private volatile boolean reading = true;
    private final StringBuilder part = new StringBuilder();
    private @Nullable WebSocket socket;

    @Override
    public CompletionStage<?> onText(WebSocket source, CharSequence data, boolean last) {
      part.append(data);
      if (last) {
        try {
          frames.add(JSON.readTree(part.toString()));
        } catch (IOException e) {
          throw new AssertionError("frame is no JSON: " + part, e);
        }
        part.setLength(0);
      }
      if (reading) {
        source.request(1);
      }
      return CompletableFuture.completedFuture(null);
    }

    public void send(String text) {
      Objects.requireNonNull(socket).sendText(text, true).join();
    }

    /** Takes no more frames off the wire, as a client does that hangs. */
    public void stopReading() {
      reading = false;
    }

    public void goOnReading() {
      reading = true;
      Objects.requireNonNull(socket).request(1);
    }

    /** The next frame; fails when none comes within ten seconds. */
    public JsonNode next() throws InterruptedException {
      JsonNode frame = frames.poll(Duration.ofSeconds(10).toMillis(), TimeUnit.MILLISECONDS);
      if (frame == null) {
        throw new AssertionError("no frame came");
      }
      return frame;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket source, int status, String reason) {
      gone.countDown();
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public void onError(WebSocket source, Throwable error) {
      gone.countDown();
    }

    /**
     * Whether the connection ends within {@code limit}. The JDK's socket does not always hear of an
     * end by itself; a ping finds it.
     */
    public boolean isGone(Duration limit) throws InterruptedException {
      long end = System.nanoTime() + limit.toNanos();
      while (System.nanoTime() < end) {
        if (gone.await(100, TimeUnit.MILLISECONDS)) {
          return true;
        }
        CompletableFuture<WebSocket> unused =
            Objects.requireNonNull(socket)
                .sendPing(ByteBuffer.allocate(0))
                .whenComplete(
                    (sent, failure) -> {
                      if (failure != null) {
                        gone.countDown();
                      }
                    });
      }
      return false;
    }

    /** Whether no frame comes for a short while. */
    public boolean isSilent() throws InterruptedException {
      return frames.poll(200, TimeUnit.MILLISECONDS) == null;
    }

    @Override
    public void close() {
      Objects.requireNonNull(socket).abort();
    }
  }
}
