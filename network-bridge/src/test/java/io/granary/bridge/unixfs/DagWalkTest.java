package io.granary.bridge.unixfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granary.bridge.car.Block;
import io.granary.bridge.car.BlockSource;
import io.granary.protocol.Bytes;
import io.granary.protocol.cbor.CborWriter;
import io.granary.protocol.cid.Cid;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DagWalkTest {
  @TempDir Path scratch;
  private final Dags dags = new Dags();
  private Path source;

  @BeforeEach
  void makeFolder() throws IOException {
    source = Files.createDirectory(scratch.resolve("source"));
  }

  private List<Cid> walk(DagRequest request) throws IOException {
    return walk(request, WalkLimits.DEFAULT);
  }

  private List<Cid> walk(DagRequest request, WalkLimits limits) throws IOException {
    List<Cid> cids = new ArrayList<>();
    DagWalk walk = DagWalk.open(request, dags, limits);
    for (Optional<Block> next = walk.next(); next.isPresent(); next = walk.next()) {
      assertThat(dags.block(next.get().cid())).contains(next.get().data());
      cids.add(next.get().cid());
    }
    return cids;
  }

  private static DagRequest request(Cid root, List<String> path, DagScope scope) {
    return new DagRequest(root, path, scope, EntityBytes.WHOLE, true);
  }

  private Cid child(Cid cid, int index) {
    return PbNode.decode(dags.block(cid).orElseThrow()).links().get(index).cid();
  }

  private List<Cid> children(Cid cid) {
    return PbNode.decode(dags.block(cid).orElseThrow()).links().stream().map(PbLink::cid).toList();
  }

  /** All blocks below a dag-pb node, depth first, repeated ones each time. */
  private List<Cid> all(Cid cid) {
    List<Cid> cids = new ArrayList<>(List.of(cid));
    if (cid.codec() == Cid.DAG_PB) {
      children(cid).forEach(link -> cids.addAll(all(link)));
    }
    return cids;
  }

  private void assertKind(DagRequest request, UnixFsException.Kind kind) {
    assertThatThrownBy(() -> walk(request))
        .isInstanceOfSatisfying(
            UnixFsException.class, e -> assertThat(e.kind()).as(e.getMessage()).isEqualTo(kind));
  }

  @Test
  void givesPathThenScope_whenFolders() throws IOException {
    Path inner = Files.createDirectories(source.resolve("a/b"));
    Files.write(inner.resolve("file"), SeededContent.bytes(1, 64 * 10));
    Files.writeString(source.resolve("z"), "beside", StandardCharsets.UTF_8);
    Cid root = dags.add(source, Dags.TINY, scratch);
    Cid a = child(root, 0);
    Cid b = child(a, 0);
    Cid file = child(b, 0);
    List<String> path = List.of("a", "b", "file");
    List<Cid> block = List.of(root, a, b, file);
    assertThat(walk(request(root, path, DagScope.BLOCK))).isEqualTo(block);
    List<Cid> whole = new ArrayList<>(List.of(root, a, b));
    whole.addAll(all(file));
    assertThat(walk(request(root, path, DagScope.ENTITY))).isEqualTo(whole);
    assertThat(walk(request(root, path, DagScope.ALL))).isEqualTo(whole);
    assertThat(walk(request(root, List.of("a"), DagScope.ENTITY))).containsExactly(root, a);
    assertThat(walk(DagRequest.all(root))).isEqualTo(all(root));
    assertThat(walk(request(root, List.of(), DagScope.BLOCK))).containsExactly(root);
    assertKind(request(root, List.of("a", "c"), DagScope.ALL), UnixFsException.Kind.PATH_MISSING);
    assertKind(
        request(root, List.of("a", "b", "file", "x"), DagScope.ALL),
        UnixFsException.Kind.PATH_MISSING);
    assertKind(request(root, List.of("z", "x"), DagScope.ALL), UnixFsException.Kind.PATH_MISSING);
  }

  @Test
  void givesOnlyTheShards_whenAShardedFolderIsTheEntity() throws IOException {
    for (int i = 0; i < 600; i++) {
      Files.writeString(source.resolve("n" + i), "number " + i, StandardCharsets.UTF_8);
    }
    Cid root = dags.add(source, Dags.TINY, scratch);
    List<Cid> shards = all(root).stream().filter(cid -> cid.codec() == Cid.DAG_PB).toList();
    assertThat(shards).hasSizeGreaterThan(20);
    assertThat(walk(request(root, List.of(), DagScope.ENTITY))).isEqualTo(shards);
    for (int i = 0; i < 600; i++) {
      List<Cid> way = walk(request(root, List.of("n" + i), DagScope.ALL));
      assertThat(way.get(0)).isEqualTo(root);
      assertThat(dags.block(way.get(way.size() - 1))).contains(Dags.utf8("number " + i));
      for (int step = 1; step < way.size(); step++) {
        assertThat(children(way.get(step - 1))).contains(way.get(step));
      }
    }
    assertKind(request(root, List.of("n600"), DagScope.ALL), UnixFsException.Kind.PATH_MISSING);
  }

  /** A file of 20 parts of 64 bytes, the last of 10; each row names the parts that are wanted. */
  @ParameterizedTest
  @CsvSource({
    "0:*, 0, 19",
    "0:0, 0, 0",
    "63:64, 0, 1",
    "64:127, 1, 1",
    "640:*, 10, 19",
    "-1:*, 19, 19",
    "-10:*, 19, 19",
    "-11:*, 18, 19",
    "-5000:70, 0, 1",
    "1000:99999, 15, 19",
    "128:-1098, 2, 2",
    "128:-1099, -1, -1",
    "99999:*, -1, -1",
    "-3000:-2000, -1, -1"
  })
  void givesOnlyThePartsOfTheRange_whenAFile(String bytes, int first, int last) throws IOException {
    for (UnixFsProfile profile :
        List.of(
            Dags.TINY, new UnixFsProfile(0, false, 64, 3, UnixFsProfile.FolderSize.LINKS, 100))) {
      Path file = scratch.resolve("file");
      Files.write(file, SeededContent.bytes(3, 64 * 19 + 10));
      Cid root = dags.add(file, profile, scratch);
      List<Cid> leaves =
          all(root).stream()
              .filter(cid -> cid.codec() == Cid.RAW || children(cid).isEmpty())
              .toList();
      List<Cid> got =
          walk(new DagRequest(root, List.of(), DagScope.ENTITY, EntityBytes.parse(bytes), true));
      assertThat(got.stream().filter(leaves::contains).toList())
          .isEqualTo(first < 0 ? List.of() : leaves.subList(first, last + 1));
      assertThat(got.get(0)).isEqualTo(root);
      if (first < 0) {
        assertThat(got).containsExactly(root);
      }
      assertThat(got).isSubsetOf(all(root));
    }
  }

  @ParameterizedTest
  @CsvSource({"5:4", "-4:-5", "a:1", "1", ":", "1:", "--1:2", "0:-0", "9999999999999999999:*"})
  void refusesTheRange_whenItMakesNoSense(String text) {
    assertThatThrownBy(() -> EntityBytes.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("entity-bytes");
  }

  @Test
  void givesEachBlockOnce_whenWithoutDuplicates() throws IOException {
    Path file = Files.write(scratch.resolve("zeros"), new byte[64 * 50]);
    Cid root = dags.add(file, Dags.TINY, scratch);
    assertThat(walk(DagRequest.all(root))).isEqualTo(all(root)).hasSizeGreaterThan(50);
    assertThat(walk(new DagRequest(root, List.of(), DagScope.ALL, EntityBytes.WHOLE, false)))
        .isEqualTo(all(root).stream().distinct().toList());
    assertThat(
            walk(
                new DagRequest(
                    root, List.of(), DagScope.ENTITY, EntityBytes.parse("100:3000"), false)))
        .doesNotHaveDuplicates()
        .contains(child(child(root, 0), 0));
  }

  @Test
  void followsKeysNumbersAndLinks_whenDagCbor() throws IOException {
    Cid leaf = dags.raw("leaf");
    Cid other = dags.raw("other");
    // {"a": [1, {"b": leaf}], "c": other}
    Bytes inner = Bytes.concat(Bytes.fromHex("a26161" + "8201a1" + "6162"), link(leaf));
    Cid middle = dags.put(Cid.DAG_CBOR, Bytes.concat(inner, Bytes.fromHex("6163"), link(other)));
    Cid root = dags.put(Cid.DAG_CBOR, new CborWriter().array(1).cid(middle).toBytes());
    assertThat(walk(DagRequest.all(root))).containsExactly(root, middle, leaf, other);
    assertThat(walk(request(root, List.of("0", "a", "1", "b"), DagScope.ALL)))
        .containsExactly(root, middle, leaf);
    assertThat(walk(request(root, List.of("0", "a"), DagScope.ALL)))
        .containsExactly(root, middle, leaf);
    assertThat(walk(request(root, List.of("0", "a"), DagScope.ENTITY)))
        .containsExactly(root, middle);
    assertThat(walk(request(root, List.of("0"), DagScope.ENTITY))).containsExactly(root, middle);
    for (List<String> path :
        List.of(List.of("1"), List.of("00"), List.of("x"), List.of("0", "a", "0", "b"))) {
      assertKind(request(root, path, DagScope.ALL), UnixFsException.Kind.PATH_MISSING);
    }
  }

  private static Bytes link(Cid cid) {
    return new CborWriter().cid(cid).toBytes();
  }

  @Test
  void walksThroughIdentityButGivesNone() throws IOException {
    Cid leaf = dags.raw("leaf");
    Cid identity =
        Cid.of(Cid.DAG_CBOR, Cid.IDENTITY, new CborWriter().array(1).cid(leaf).toBytes());
    assertThat(walk(DagRequest.all(identity))).containsExactly(leaf);
    assertThat(walk(DagRequest.all(Cid.parse("bafkqaaa")))).isEmpty();
  }

  @Test
  void saysWhatIsMissing() throws IOException {
    Cid leaf = dags.raw("leaf");
    Cid root = dags.put(Cid.DAG_CBOR, new CborWriter().array(1).cid(leaf).toBytes());
    dags.remove(leaf);
    DagWalk walk = DagWalk.open(DagRequest.all(root), dags, WalkLimits.DEFAULT);
    assertThat(walk.next()).isPresent();
    assertThatThrownBy(walk::next).hasMessage("no block " + leaf);
    assertKind(DagRequest.all(leaf), UnixFsException.Kind.ROOT_MISSING);
    assertKind(request(root, List.of("0"), DagScope.ALL), UnixFsException.Kind.BLOCK_MISSING);
    assertKind(DagRequest.all(dags.put(0x85, Bytes.empty())), UnixFsException.Kind.UNSUPPORTED);
  }

  @Test
  void needsNoRoomForDepth_whenTheDagIsAChain() throws IOException {
    Cid at = dags.raw("end");
    for (int i = 0; i < 5000; i++) {
      at = dags.put(Cid.DAG_CBOR, new CborWriter().array(1).cid(at).toBytes());
    }
    WalkLimits one = new WalkLimits(2 << 20, 10, 1, 10_000, 10_000);
    assertThat(walk(DagRequest.all(at), one)).hasSize(5001);
  }

  @Test
  void stopsAtItsLimits_whenASmallDagUnfoldsToAHugeOne() throws IOException {
    Cid at = dags.raw("end");
    for (int i = 0; i < 60; i++) {
      at = dags.put(Cid.DAG_CBOR, new CborWriter().array(2).cid(at).cid(at).toBytes());
    }
    Cid bomb = at;
    assertThat(walk(new DagRequest(bomb, List.of(), DagScope.ALL, EntityBytes.WHOLE, false)))
        .hasSize(61);
    for (WalkLimits limits :
        List.of(
            new WalkLimits(2 << 20, 10, 1000, 10_000, 10),
            new WalkLimits(2 << 20, 10, 20, 10_000_000, 10),
            new WalkLimits(10, 10, 1000, 10_000_000, 10))) {
      assertThatThrownBy(() -> walk(DagRequest.all(bomb), limits))
          .isInstanceOfSatisfying(
              UnixFsException.class,
              e -> assertThat(e.kind()).isEqualTo(UnixFsException.Kind.LIMIT));
    }
    WalkLimits fewKnown = new WalkLimits(2 << 20, 10, 1000, 10_000_000, 10);
    assertThatThrownBy(
            () ->
                walk(
                    new DagRequest(bomb, List.of(), DagScope.ALL, EntityBytes.WHOLE, false),
                    fewKnown))
        .hasMessage("more than 10 different blocks");
  }

  @Test
  void tellsWhatComesNext_whenItIsKnown() throws IOException {
    Cid one = dags.raw("one");
    Cid two = dags.raw("two");
    Cid three = dags.raw("three");
    Cid inner = dags.put(Cid.DAG_PB, node(one, two));
    Cid root = dags.put(Cid.DAG_PB, node(inner, three, one));
    List<List<Cid>> expected = new ArrayList<>();
    BlockSource source =
        new BlockSource() {
          @Override
          public Optional<Bytes> block(Cid cid) {
            return dags.block(cid);
          }

          @Override
          public void expect(Iterable<Cid> next) {
            List<Cid> cids = new ArrayList<>();
            next.forEach(cids::add);
            expected.add(cids);
          }
        };
    DagRequest request = new DagRequest(root, List.of(), DagScope.ALL, EntityBytes.WHOLE, false);
    DagWalk walk = DagWalk.open(request, source, WalkLimits.DEFAULT);
    List<Cid> given = new ArrayList<>();
    for (Optional<Block> next = walk.next(); next.isPresent(); next = walk.next()) {
      given.add(next.get().cid());
    }
    assertThat(given).containsExactly(root, inner, one, two, three);
    assertThat(expected)
        .containsExactly(
            List.of(root),
            List.of(inner, three, one),
            List.of(one, two, three),
            List.of(two, three),
            List.of(three));
  }

  @Test
  void leavesOutBytes_whenTheWalkNeedsNone() throws IOException {
    Cid raw = dags.raw("raw");
    Cid inner = dags.put(Cid.DAG_PB, node(raw));
    Cid root = dags.put(Cid.DAG_PB, node(inner, raw));
    DagRequest request = new DagRequest(root, List.of(), DagScope.ALL, EntityBytes.WHOLE, true);
    List<Cid> asked = new ArrayList<>();
    BlockSource source =
        cid -> {
          asked.add(cid);
          return dags.block(cid);
        };
    DagWalk walk = DagWalk.open(request, source, WalkLimits.DEFAULT);
    asked.clear();
    List<DagWalk.Visit> visits = new ArrayList<>();
    for (Optional<DagWalk.Visit> next = walk.visit(); next.isPresent(); next = walk.visit()) {
      visits.add(next.get());
    }
    assertThat(visits)
        .containsExactly(
            new DagWalk.Visit(root, dags.block(root)),
            new DagWalk.Visit(inner, dags.block(inner)),
            new DagWalk.Visit(raw, Optional.empty()),
            new DagWalk.Visit(raw, Optional.empty()));
    assertThat(asked).containsExactly(root, inner);
  }

  private static Bytes node(Cid... links) {
    return PbNode.of(Stream.of(links).map(cid -> Dags.link("", cid)).toList(), Bytes.empty())
        .encode();
  }
}
