package io.granary.bridge.unixfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.bridge.car.Block;
import io.granary.protocol.Bytes;
import io.granary.protocol.cbor.CborWriter;
import io.granary.protocol.cid.Cid;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

/** Round trips, and what becomes of bytes from outside: only the package's own exception. */
class BlockFormatsPropertyTest {
  @Provide
  Arbitrary<PbLink> links() {
    return Combinators.combine(
            Arbitraries.bytes().array(byte[].class).ofSize(32),
            Arbitraries.strings().ofMaxLength(6),
            Arbitraries.longs().between(0, Long.MAX_VALUE),
            Arbitraries.of(true, false))
        .as(
            (digest, name, size, version0) ->
                new PbLink(
                    version0
                        ? Cid.v0(Bytes.of(digest))
                        : Cid.of(Cid.RAW, Cid.SHA2_256, Bytes.of(digest)),
                    Dags.utf8(name),
                    size));
  }

  @Property(tries = 300)
  void dagPbReadsBackInOrder(
      @ForAll @Size(max = 8) List<@From("links") PbLink> links,
      @ForAll @Size(max = 50) byte[] data) {
    PbNode node = PbNode.of(links, Bytes.of(data));
    PbNode read = PbNode.decode(node.encode());
    assertThat(read.links()).isEqualTo(node.links()).containsExactlyInAnyOrderElementsOf(links);
    assertThat(read.data()).contains(Bytes.of(data));
    assertThat(read.encode()).isEqualTo(node.encode());
    for (int i = 1; i < links.size(); i++) {
      assertThat(read.links().get(i - 1).name()).isLessThanOrEqualTo(read.links().get(i).name());
    }
  }

  @Property(tries = 300)
  void unixFsReadsBack(
      @ForAll UnixFsData.Type type,
      @ForAll @Size(max = 40) byte[] data,
      @ForAll @Size(max = 10) List<@LongRange(min = 0) Long> sizes) {
    boolean shard = type == UnixFsData.Type.SHARD;
    boolean file = type == UnixFsData.Type.FILE || type == UnixFsData.Type.RAW;
    UnixFsData unixFs =
        new UnixFsData(type, Bytes.of(data), file ? 77 : 0, sizes, shard ? 34 : 0, shard ? 256 : 0);
    assertThat(UnixFsData.decode(unixFs.encode())).isEqualTo(unixFs);
  }

  @Property(tries = 3000)
  void isReadOrRefused_whenAnyBytes(@ForAll @Size(max = 120) byte[] bytes) throws IOException {
    assertReadOrRefused(Bytes.of(bytes));
  }

  @Property(tries = 3000)
  void isReadOrRefused_whenANodeIsDamaged(
      @ForAll @Size(max = 4) List<@From("links") PbLink> links,
      @ForAll UnixFsData.Type type,
      @ForAll @IntRange(max = 400) int at,
      @ForAll byte value)
      throws IOException {
    UnixFsData data = new UnixFsData(type, Bytes.fromHex("0102"), 9, List.of(3L, 4L), 34, 256);
    byte[] block = PbNode.of(links, data.encode()).encode().toArray();
    block[at % block.length] = value;
    assertReadOrRefused(Bytes.of(block));
  }

  @Property(tries = 3000)
  void isReadOrRefused_whenDagCborIsDamaged(
      @ForAll @Size(max = 4) List<@From("links") PbLink> links,
      @ForAll @IntRange(max = 400) int at,
      @ForAll byte value)
      throws IOException {
    CborWriter writer = new CborWriter().array(links.size() + 2).int64(-5).text("text");
    links.forEach(link -> writer.cid(link.cid()));
    byte[] block = writer.toBytes().toArray();
    List<Cid> cids = links.stream().map(PbLink::cid).toList();
    assertThat(DagCbor.of(Bytes.of(block)).links(0)).isEqualTo(cids);
    block[at % block.length] = value;
    assertReadOrRefused(Bytes.of(block));
  }

  private static void assertReadOrRefused(Bytes bytes) throws IOException {
    for (long codec : new long[] {Cid.DAG_PB, Cid.DAG_CBOR}) {
      for (DagScope scope : DagScope.values()) {
        for (List<String> path : List.of(List.<String>of(), List.of("0"), List.of("name"))) {
          assertWalkedOrRefused(bytes, codec, path, scope);
        }
      }
    }
  }

  private static void assertWalkedOrRefused(
      Bytes bytes, long codec, List<String> path, DagScope scope) throws IOException {
    Dags dags = new Dags();
    Cid root = dags.put(codec, bytes);
    List<Cid> given = new ArrayList<>();
    try {
      DagWalk walk =
          DagWalk.open(
              new DagRequest(root, path, scope, EntityBytes.parse("1:3"), true),
              dags,
              WalkLimits.DEFAULT);
      for (Optional<Block> next = walk.next(); next.isPresent(); next = walk.next()) {
        given.add(next.get().cid());
      }
    } catch (UnixFsException e) {
      assertThat(e.getMessage()).isNotEmpty();
    }
    assertThat(given).hasSizeLessThanOrEqualTo(2).allMatch(root::equals);
  }
}
