package io.granary.bridge.retrieval;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.protocol.Bytes;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.piece.PieceInfo;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PieceHttpIT {
  private static final int LENGTH = 1_000_000;

  private final byte[] data = new byte[LENGTH];
  private Stand stand;
  private PieceInfo piece;
  private String path;

  @BeforeEach
  void start() throws IOException {
    new Random(5).nextBytes(data);
    stand = new Stand();
    piece = stand.pieces.add(data);
    path = "/piece/" + Cid.commP(piece.commP());
  }

  @AfterEach
  void stop() {
    stand.close();
    assertThat(stand.pieces.open).hasValue(0);
  }

  @Test
  void givesTheData_whenNoRangeIsAskedFor() throws IOException {
    HttpResponse<byte[]> answer = stand.get(path);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo(data);
    assertThat(header(answer, "content-length")).isEqualTo("1000000");
    assertThat(header(answer, "content-type")).isEqualTo("application/piece");
    assertThat(header(answer, "accept-ranges")).isEqualTo("bytes");
    assertThat(header(answer, "etag")).isEqualTo("\"" + Cid.commP(piece.commP()) + "\"");
    assertThat(header(answer, "cache-control")).contains("immutable");
    assertThat(header(answer, "date")).isEqualTo("Fri, 02 Jan 2026 03:04:05 GMT");
  }

  @Test
  void givesTheHeadAlone_whenHeadIsAskedFor() throws IOException {
    HttpResponse<byte[]> answer = stand.send("HEAD", path);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEmpty();
    assertThat(header(answer, "content-length")).isEqualTo("1000000");
    assertThat(stand.pieces.bytesRead).hasValue(0);
  }

  @Test
  void givesAsManyBytesAsTheCidSays_whenItIsOfVersion2() throws IOException {
    assertThat(stand.get("/piece/" + Cid.pieceV2(piece, LENGTH)).body()).isEqualTo(data);
    byte[] withZeros = Arrays.copyOf(data, LENGTH + 1000);
    assertThat(stand.get("/piece/" + Cid.pieceV2(piece, LENGTH + 1000)).body())
        .isEqualTo(withZeros);
    byte[] whole = Arrays.copyOf(data, (int) piece.unpaddedBytes());
    assertThat(stand.get("/piece/" + Cid.pieceV2(piece, piece.unpaddedBytes())).body())
        .isEqualTo(whole);
  }

  @Test
  void answers404_whenVersion2CidIsOfAnotherSize() throws IOException {
    assertThat(stand.get("/piece/" + Cid.pieceV2(piece, LENGTH - 1)).statusCode()).isEqualTo(404);
    PieceInfo twice = new PieceInfo(piece.commP(), piece.paddedBytes() * 2);
    assertThat(stand.get("/piece/" + Cid.pieceV2(twice, LENGTH)).statusCode()).isEqualTo(404);
  }

  @ParameterizedTest
  @CsvSource({
    "bytes=0-0, 0, 1",
    "bytes=0-, 0, 1000000",
    "bytes=10-19, 10, 20",
    "bytes=999999-, 999999, 1000000",
    "bytes=999990-2000000, 999990, 1000000",
    "bytes=-1, 999999, 1000000",
    "bytes=-5000000, 0, 1000000",
    "'BYTES=3-4, 2000000-', 3, 5",
  })
  void givesThePart_whenRangeIsWithin(String range, int from, int to) throws IOException {
    HttpResponse<byte[]> answer = stand.get(path, "Range", range);
    assertThat(answer.statusCode()).isEqualTo(206);
    assertThat(header(answer, "content-range"))
        .isEqualTo("bytes " + from + "-" + (to - 1) + "/1000000");
    assertThat(answer.body()).isEqualTo(Arrays.copyOfRange(data, from, to));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bytes=1000000-",
        "bytes=-0",
        "bytes=5-4",
        "bytes=-",
        "bytes=a-b",
        "bytes=1",
        "bytes=",
        "bytes=0-0,x",
        "bytes=99999999999999999999-"
      })
  void answers416_whenRangeIsMalformedOrBeyondTheEnd(String range) throws IOException {
    HttpResponse<byte[]> answer = stand.get(path, "Range", range);
    assertThat(answer.statusCode()).isEqualTo(416);
    assertThat(header(answer, "content-range")).isEqualTo("bytes */1000000");
  }

  @ParameterizedTest
  @ValueSource(strings = {"items=0-1", "bytes=0-1,5-6", "0-1"})
  void givesTheWhole_whenSeveralRangesOrAnotherUnit(String range) throws IOException {
    HttpResponse<byte[]> answer = stand.get(path, "Range", range);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo(data);
  }

  @Test
  void followsIfRange_whenItNamesTheTagOrAnother() throws IOException {
    String tag = header(stand.send("HEAD", path), "etag");
    String range = "bytes=1-2";
    assertThat(stand.get(path, "Range", range, "If-Range", tag).statusCode()).isEqualTo(206);
    for (String other : new String[] {"W/" + tag, "\"x\"", "Fri, 02 Jan 2026 03:04:05 GMT"}) {
      assertThat(stand.get(path, "Range", range, "If-Range", other).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void answers304Or412_whenConditionsSaySo() throws IOException {
    String tag = header(stand.send("HEAD", path), "etag");
    for (String list : new String[] {tag, "W/" + tag, "\"x\", " + tag, "*"}) {
      HttpResponse<byte[]> answer = stand.get(path, "If-None-Match", list);
      assertThat(answer.statusCode()).isEqualTo(304);
      assertThat(answer.body()).isEmpty();
      assertThat(header(answer, "etag")).isEqualTo(tag);
    }
    assertThat(stand.get(path, "If-None-Match", "\"x\"").statusCode()).isEqualTo(200);
    assertThat(stand.get(path, "If-Match", "\"x\"").statusCode()).isEqualTo(412);
    assertThat(stand.get(path, "If-Match", tag).statusCode()).isEqualTo(200);
  }

  @Test
  void saysWhy_whenPieceIsNotHere() throws IOException {
    Commitment other = new Commitment(Bytes.of(new byte[32]));
    HttpResponse<byte[]> unknown = stand.get("/piece/" + Cid.commP(other));
    assertThat(unknown.statusCode()).isEqualTo(404);
    stand.pieces.withoutCopy(other, "its sector is not unsealed");
    HttpResponse<byte[]> sealed = stand.get("/piece/" + Cid.commP(other));
    assertThat(sealed.statusCode()).isEqualTo(404);
    assertThat(new String(sealed.body(), StandardCharsets.UTF_8)).contains("not unsealed");
  }

  @ParameterizedTest
  @CsvSource({
    "/piece/nonsense, 400",
    "/piece/bafkqaaa, 400",
    "/piece, 404",
    "/piece/a/b, 404",
    "/, 404",
    "/piece/%zz, 400"
  })
  void refuses_whenPathNamesNoPiece(String other, int status) throws IOException {
    assertThat(rawStatus(other)).isEqualTo(status);
  }

  private int rawStatus(String target) throws IOException {
    try (RawClient client = new RawClient(stand.server.address())) {
      client.send("GET " + target + " HTTP/1.1\r\nHost: h\r\n\r\n");
      return client.answer().status();
    }
  }

  @Test
  void answers405_whenMethodIsAnother() throws IOException {
    HttpResponse<byte[]> answer = stand.send("DELETE", path);
    assertThat(answer.statusCode()).isEqualTo(405);
    assertThat(header(answer, "allow")).isEqualTo("GET, HEAD");
  }

  @Test
  void answers410_whenPieceIsDenied(@TempDir Path folder) throws IOException {
    Path list = folder.resolve("deny");
    Files.writeString(list, "# mine\n\n" + Cid.commP(piece.commP()) + "\n");
    try (Stand denying = new Stand("denylist.file = \"" + list + "\"")) {
      PieceInfo same = denying.pieces.add(data);
      assertThat(denying.get("/piece/" + Cid.commP(same.commP())).statusCode()).isEqualTo(410);
    }
  }

  private static String header(HttpResponse<?> answer, String name) {
    return answer.headers().firstValue(name).orElse("");
  }
}
