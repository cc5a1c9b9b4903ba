package io.granary.bridge.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A deal's data over HTTP, as a provider fetches it. */
@Timeout(60)
class CarServerIT {
  private static final int SIZE = 1_000_000;
  private static final CarServer.Access ACCESS =
      new CarServer.Access("/0123456789abcdef/one.car", "Bearer token");

  @TempDir private Path folder;

  private final byte[] content = new byte[SIZE];
  private final HttpClient http = HttpClient.newHttpClient();
  private Optional<CarServer> server = Optional.empty();

  @BeforeEach
  void start() throws IOException {
    new Random(1).nextBytes(content);
    Path car = Files.write(folder.resolve("one.car"), content);
    server =
        Optional.of(
            CarServer.start(car, "127.0.0.1", 0, ACCESS, "baga1", BoostProvider.settings("")));
  }

  @AfterEach
  void stop() {
    server.ifPresent(CarServer::close);
  }

  private HttpRequest.Builder request(String path) {
    int port = server.orElseThrow().port();
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
        .header("Authorization", ACCESS.authorization());
  }

  private HttpResponse<byte[]> send(HttpRequest.Builder request) throws Exception {
    return http.send(request.build(), BodyHandlers.ofByteArray());
  }

  @Test
  void head_tellsSizeAndRanges() throws Exception {
    HttpResponse<byte[]> head =
        send(request(ACCESS.path()).method("HEAD", HttpRequest.BodyPublishers.noBody()));
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.headers().firstValueAsLong("Content-Length")).hasValue(SIZE);
    assertThat(head.headers().firstValue("Accept-Ranges")).hasValue("bytes");
    assertThat(head.headers().firstValue("ETag")).hasValue("\"baga1\"");
    HttpResponse<byte[]> part =
        send(
            request(ACCESS.path())
                .header("Range", "bytes=0-9")
                .method("HEAD", HttpRequest.BodyPublishers.noBody()));
    assertThat(part.statusCode()).isEqualTo(200);
  }

  @Test
  void whole_whenNothingElseIsAskedFor() throws Exception {
    HttpResponse<byte[]> answer = send(request(ACCESS.path()));
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo(content);
    // The client may have the last part before the server has counted it.
    await().untilAsserted(() -> assertThat(server.orElseThrow().bytesSent()).isEqualTo(SIZE));
  }

  @ParameterizedTest
  @CsvSource({
    "bytes=0-0, 0, 1",
    "bytes=0-99, 0, 100",
    "bytes=500000-, 500000, 500000",
    "bytes=999999-, 999999, 1",
    "bytes=999990-2000000, 999990, 10",
    "bytes=-10, 999990, 10",
    "bytes=-2000000, 0, 1000000",
  })
  void part_whenARangeIsAskedFor(String range, int first, int length) throws Exception {
    HttpResponse<byte[]> answer = send(request(ACCESS.path()).header("Range", range));
    assertThat(answer.statusCode()).isEqualTo(206);
    assertThat(answer.body()).isEqualTo(Arrays.copyOfRange(content, first, first + length));
    assertThat(answer.headers().firstValue("Content-Range"))
        .hasValue("bytes " + first + "-" + (first + length - 1) + "/" + SIZE);
  }

  @ParameterizedTest
  @CsvSource({
    "bytes=1000000-",
    "bytes=2000000-3000000",
    "bytes=-0",
    "bytes=5-4",
    "bytes=-",
    "bytes=a-b"
  })
  void refused_whenTheRangeLiesOutsideOrIsMalformed(String range) throws Exception {
    HttpResponse<byte[]> answer = send(request(ACCESS.path()).header("Range", range));
    assertThat(answer.statusCode()).isEqualTo(416);
    assertThat(answer.headers().firstValue("Content-Range")).hasValue("bytes */" + SIZE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"items=0-1", "bytes=0-1,5-6"})
  void whole_whenTheRangeIsNone(String range) throws Exception {
    HttpResponse<byte[]> answer = send(request(ACCESS.path()).header("Range", range));
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).hasSize(SIZE);
  }

  @Test
  void whole_whenTheContentIsNoLongerThatOfBefore() throws Exception {
    HttpRequest.Builder same =
        request(ACCESS.path()).header("Range", "bytes=0-9").header("If-Range", "\"baga1\"");
    HttpRequest.Builder other =
        request(ACCESS.path()).header("Range", "bytes=0-9").header("If-Range", "\"baga2\"");
    assertThat(send(same).statusCode()).isEqualTo(206);
    assertThat(send(other).statusCode()).isEqualTo(200);
  }

  @Test
  void notThere_withoutPathAndToken() throws Exception {
    assertThat(send(request("/")).statusCode()).isEqualTo(404);
    assertThat(send(request("/0123456789abcdeX/one.car")).statusCode()).isEqualTo(404);
    HttpRequest.Builder bare =
        HttpRequest.newBuilder(
            URI.create("http://127.0.0.1:" + server.orElseThrow().port() + ACCESS.path()));
    assertThat(send(bare.copy()).statusCode()).isEqualTo(404);
    assertThat(send(bare.copy().header("Authorization", "Bearer tokem")).statusCode())
        .isEqualTo(404);
    assertThat(server.orElseThrow().bytesSent()).isZero();
  }

  @Test
  void refused_whenItIsNeitherGetNorHead() throws Exception {
    HttpResponse<byte[]> answer =
        send(request(ACCESS.path()).POST(HttpRequest.BodyPublishers.ofString("x")));
    assertThat(answer.statusCode()).isEqualTo(405);
    assertThat(answer.headers().firstValue("Allow")).hasValue("GET, HEAD");
  }
}
