package io.granary.bridge.retrieval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.granary.bridge.car.Block;
import io.granary.bridge.car.BlockCheck;
import io.granary.bridge.car.BlockHash;
import io.granary.bridge.car.CarLimits;
import io.granary.bridge.car.CarReader;
import io.granary.bridge.car.Cars;
import io.granary.bridge.unixfs.ImportLimits;
import io.granary.bridge.unixfs.ImportedTree;
import io.granary.bridge.unixfs.UnixFsImporter;
import io.granary.bridge.unixfs.UnixFsProfile;
import io.granary.protocol.Bytes;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.piece.PieceInfo;
import io.granary.protocol.vector.VectorRows;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GatewayIT {
  private static final JsonNode VECTORS = VectorRows.file("market-car");
  private static final String CAR = "application/vnd.ipld.car";
  private static final String RAW = "application/vnd.ipld.raw";
  private static final int FILE_BYTES = 5_000_000;

  @TempDir Path folder;

  private final byte[] content = new byte[FILE_BYTES];
  private Stand stand;
  private List<Block> blocks = List.of();
  private Cid root = Cars.raw("").cid();

  /** A folder with a large file in a folder in it, and a small file, as one piece. */
  @BeforeEach
  void start() throws IOException {
    new Random(7).nextBytes(content);
    Path tree = folder.resolve("tree");
    Path below = Files.createDirectories(tree.resolve("sub"));
    Files.write(below.resolve("large file"), content);
    Files.writeString(tree.resolve("small"), "small");
    stand = new Stand();
    byte[] car = car(tree);
    blocks = Cars.blocks(car);
    PieceInfo piece = stand.indexed(car);
    assertThat(piece.paddedBytes()).isEqualTo(8 << 20);
  }

  private byte[] car(Path tree) throws IOException {
    UnixFsImporter importer =
        new UnixFsImporter(
            UnixFsProfile.KUBO_CID_V1,
            ImportLimits.DEFAULT,
            Files.createDirectories(folder.resolve("spool")));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ImportedTree imported = importer.read(tree, bytes -> {})) {
      root = imported.root();
      assertThat(imported.writeCar(out).blocks()).isPositive();
    }
    return out.toByteArray();
  }

  @AfterEach
  void stop() {
    stand.close();
    assertThat(stand.pieces.open).hasValue(0);
  }

  @Test
  void givesEveryBlock_whenAllIsAskedFor() throws IOException {
    HttpResponse<byte[]> answer = stand.get("/ipfs/" + root, "Accept", CAR);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(header(answer, "content-type")).isEqualTo(CAR + ";version=1;order=dfs;dups=y");
    assertThat(header(answer, "x-ipfs-roots")).isEqualTo(root.toString());
    assertThat(header(answer, "x-content-type-options")).isEqualTo("nosniff");
    assertThat(header(answer, "accept-ranges")).isEqualTo("none");
    assertThat(stand.get(header(answer, "content-location")).body()).isEqualTo(answer.body());
    CarReader reader =
        CarReader.open(new ByteArrayInputStream(answer.body()), CarLimits.DEFAULT, BlockCheck.ALL);
    assertThat(reader.roots()).containsExactly(root);
    assertThat(names(Cars.blocks(answer.body()))).isEqualTo(names(blocks));
    assertThat(Cars.blocks(answer.body()).get(0).cid()).isEqualTo(root);
  }

  @Test
  void readsThePlainCopyAlone_whenThePieceHasOne(@TempDir Path plain) throws IOException {
    byte[] car = stand.get("/ipfs/" + root + "?format=car").body();
    try (Stand copying =
        new Stand("plain-copies.folder = \"" + plain + "\"", "plain-copies.after-reads = 1")) {
      copying.indexed(car);
      for (int i = 0; i < 2; i++) { // Its blocks are a little less than the piece.
        assertThat(copying.get("/ipfs/" + root + "?format=car").body()).isEqualTo(car);
      }
      await().until(() -> copying.server.plainCopies().orElseThrow().copies() == 1);
      copying.pieces.bytesRead.set(0);
      assertThat(copying.get("/ipfs/" + root + "?format=car").body()).isEqualTo(car);
      assertThat(copying.pieces.bytesRead).hasValue(0);
    }
  }

  @Test
  void asksTheIndexAFewTimes_whenDagLiesInOnePiece() throws IOException {
    int before = stand.index.questions();
    assertThat(stand.get("/ipfs/" + root + "?format=car").statusCode()).isEqualTo(200);
    assertThat(stand.index.questions() - before).isLessThanOrEqualTo(3);
  }

  @Test
  void givesThePathAndTheEntity_whenScopeSaysSo() throws IOException {
    String path = "/ipfs/" + root + "/sub/large%20file?format=car";
    List<Block> whole = Cars.blocks(stand.get(path).body());
    assertThat(whole.get(0).cid()).isEqualTo(root);
    assertThat(Cars.blocks(stand.get(path + "&dag-scope=entity").body())).isEqualTo(whole);
    List<Block> one = Cars.blocks(stand.get(path + "&dag-scope=block").body());
    assertThat(one).hasSize(3).isEqualTo(whole.subList(0, 3));
    List<Block> part =
        Cars.blocks(stand.get(path + "&dag-scope=entity&entity-bytes=0:1023").body());
    assertThat(part).isEqualTo(whole.subList(0, 4));
    List<Block> folderOnly =
        Cars.blocks(stand.get("/ipfs/" + root + "?format=car&dag-scope=entity").body());
    assertThat(folderOnly).hasSize(1);
  }

  @Test
  void givesOneBlock_whenRaw() throws IOException {
    for (Block block : blocks.subList(0, 3)) {
      HttpResponse<byte[]> answer = stand.get("/ipfs/" + block.cid(), "Accept", RAW);
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(header(answer, "content-type")).isEqualTo(RAW);
      assertThat(Bytes.of(answer.body())).isEqualTo(block.data());
      HttpResponse<byte[]> head = stand.send("HEAD", "/ipfs/" + block.cid() + "?format=raw");
      assertThat(header(head, "content-length")).isEqualTo(String.valueOf(block.data().length()));
    }
  }

  @Test
  void answersTheProbe_whenIdentityCid() throws IOException {
    HttpResponse<byte[]> raw = stand.get("/ipfs/bafkqaaa?format=raw");
    assertThat(raw.statusCode()).isEqualTo(200);
    assertThat(raw.body()).isEmpty();
    HttpResponse<byte[]> car = stand.get("/ipfs/bafkqaaa?format=car");
    assertThat(Cars.blocks(car.body())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      value = {
        "?format=tar||400",
        "?format=raw||200",
        "?format=car|text/html|200",
        "||400",
        "|text/html|406",
        "|application/vnd.ipld.dag-json|406",
        "|*/*|200",
        "|application/*;q=0.5|200",
        "|application/vnd.ipld.car;q=0|406",
        "|application/vnd.ipld.car; version=1; order=unk; dups=n|200",
        "|application/vnd.ipld.car; version=2|400",
        "|application/vnd.ipld.car; q=x|400",
        "?format=car&car-version=2||400",
        "?format=car&car-order=bfs||400",
        "?format=car&car-dups=maybe||400",
        "?format=car&dag-scope=some||400",
        "?format=car&entity-bytes=5||400",
        "?format=car&entity-bytes=9:2||400",
        "/small?format=raw||400",
        "/missing?format=car||404",
        "/small/below?format=car||404",
      },
      delimiter = '|')
  void answersWithTheStatus_whenFormatAndParameters(
      @Nullable String rest, @Nullable String accept, int status) throws IOException {
    String path = "/ipfs/" + root + (rest == null ? "" : rest);
    try (RawClient client = new RawClient(stand.server.address())) {
      client.send(
          "GET "
              + path
              + " HTTP/1.1\r\nHost: h\r\n"
              + (accept == null ? "" : "Accept: " + accept + "\r\n")
              + "\r\n");
      assertThat(client.answer().status()).isEqualTo(status);
    }
  }

  @Test
  void prefersTheBetterQuality_whenBothAreAccepted() throws IOException {
    HttpResponse<byte[]> answer =
        stand.get("/ipfs/" + root, "Accept", CAR + ";q=0.4, " + RAW + ";q=0.9");
    assertThat(header(answer, "content-type")).isEqualTo(RAW);
  }

  @Test
  void answers404Or412_whenRootIsNotHere() throws IOException {
    Cid other = Cars.raw("not stored").cid();
    assertThat(stand.get("/ipfs/" + other + "?format=car").statusCode()).isEqualTo(404);
    assertThat(stand.get("/ipfs/" + other + "?format=raw").statusCode()).isEqualTo(404);
    assertThat(
            stand
                .get("/ipfs/" + other + "?format=raw", "Cache-Control", "only-if-cached")
                .statusCode())
        .isEqualTo(412);
    assertThat(stand.get("/ipfs/nonsense?format=raw").statusCode()).isEqualTo(400);
  }

  @Test
  void answers304_whenClientHasTheTag() throws IOException {
    String path = "/ipfs/" + root + "?format=car";
    String tag = header(stand.send("HEAD", path), "etag");
    assertThat(stand.get(path, "If-None-Match", tag).statusCode()).isEqualTo(304);
    assertThat(header(stand.send("HEAD", path + "&car-dups=n"), "etag")).isNotEqualTo(tag);
    assertThat(header(stand.get("/ipfs/" + root, "Accept", CAR), "etag")).isEqualTo(tag);
  }

  @Test
  void givesRepeatedBlocksOnce_whenDuplicatesAreNotWanted() throws IOException {
    Path tree = Files.createDirectories(folder.resolve("twice"));
    Files.writeString(tree.resolve("a"), "same");
    Files.writeString(tree.resolve("b"), "same");
    assertThat(stand.indexed(car(tree)).paddedBytes()).isPositive();
    String path = "/ipfs/" + root + "?format=car";
    assertThat(Cars.blocks(stand.get(path).body())).hasSize(3);
    HttpResponse<byte[]> once = stand.get(path + "&car-dups=n");
    assertThat(header(once, "content-type")).endsWith("dups=n");
    assertThat(Cars.blocks(once.body())).hasSize(2);
  }

  @Test
  void breaksTheConnection_whenABlockIsDamaged() throws IOException {
    byte[] car = Cars.car(List.of(root), blocks);
    byte[] bad = car.clone();
    bad[bad.length / 2] ^= 1;
    try (Stand damaged = new Stand()) {
      PieceInfo piece = damaged.indexed(car);
      damaged.pieces.put(piece, bad, bad.length);
      assertThatThrownBy(() -> damaged.get("/ipfs/" + root + "?format=car"))
          .isInstanceOf(IOException.class);
      assertThat(damaged.get("/ipfs/" + root + "?format=car&dag-scope=block").statusCode())
          .isEqualTo(200);
    }
  }

  @Test
  void takesTheBlockFromAnotherPiece_whenOneIsDamaged() throws IOException {
    byte[] car = Cars.car(List.of(root), blocks);
    PieceInfo first = stand.indexed(car);
    byte[] bad = car.clone();
    bad[bad.length / 2] ^= 1;
    PieceInfo good = stand.indexed(Cars.car(List.of(), blocks));
    stand.pieces.put(first, bad, bad.length);
    assertThat(good).isNotEqualTo(first);
    assertThat(names(Cars.blocks(stand.get("/ipfs/" + root + "?format=car").body())))
        .isEqualTo(names(blocks));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void answers410OrBreaksOff_whenABlockIsDenied(boolean hashed) throws IOException {
    Cid denied = blocks.get(blocks.size() / 2).cid();
    Path list = folder.resolve("deny" + hashed);
    Files.writeString(
        list,
        hashed ? "//" + Denylist.hash(denied).toHex() + "\n" : "/ipfs/" + denied.toV1() + "\n");
    try (Stand denying = new Stand("denylist.file = \"" + list + "\"")) {
      assertThat(denying.indexed(Cars.car(List.of(root), blocks)).paddedBytes()).isPositive();
      assertThat(denying.get("/ipfs/" + denied + "?format=raw").statusCode()).isEqualTo(410);
      assertThatThrownBy(() -> denying.get("/ipfs/" + root + "?format=car"))
          .isInstanceOf(IOException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"carv1-basic", "carv2-basic"})
  void givesTheFixturesDag_whenVectors(String name) throws IOException {
    JsonNode vector = VECTORS.required(name);
    byte[] car = Bytes.fromHex(vector.required("hex").asText()).toArray();
    assertThat(stand.indexed(car).paddedBytes()).isPositive();
    JsonNode description = vector.required("description");
    Set<String> expected = new TreeSet<>();
    description.required("blocks").forEach(b -> expected.add(b.at("/cid/~1").asText()));
    Set<String> given = new TreeSet<>();
    for (JsonNode each : description.required("header").required("roots")) {
      byte[] answer = stand.get("/ipfs/" + each.required("/").asText() + "?format=car").body();
      Cars.blocks(answer).forEach(block -> given.add(block.cid().toString()));
    }
    assertThat(given).isEqualTo(expected);
    List<String> raw = new ArrayList<>();
    for (String cid : expected) {
      Cid parsed = Cid.parse(cid);
      byte[] data = stand.get("/ipfs/" + cid + "?format=raw").body();
      raw.add(parsed + " " + BlockHash.matches(parsed, Bytes.of(data)));
    }
    assertThat(raw).allMatch(line -> line.endsWith("true"));
  }

  private static Set<Cid> names(List<Block> blocks) {
    return blocks.stream().map(Block::cid).collect(Collectors.toSet());
  }

  private static String header(HttpResponse<?> answer, String name) {
    return answer.headers().firstValue(name).orElse("");
  }
}
