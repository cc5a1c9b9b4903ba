package io.granary.bridge.ipni;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.bridge.libp2p.peer.Identity;
import io.granary.bridge.libp2p.peer.Multiaddr;
import io.granary.protocol.Bytes;
import io.granary.protocol.Varint;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.hash.Sha256;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.port.AdChain;
import io.granary.protocol.port.MemoryAdChain;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder as nodes wrote it: {@code head}, and {@code nodes/} with a file for each CID. */
class FolderTakeOverTest {
  private static final Identity IDENTITY = Identity.generate();
  private static final String PEER = IDENTITY.peerId().toString();
  private static final List<Multiaddr> ADDRESSES =
      List.of(Multiaddr.parse("/dns4/sp.example/tcp/443/https"));

  @TempDir private Path folder;

  /** The chain that the folder has. */
  private final MemoryAdChain former = new MemoryAdChain();

  private final IpniPublisher writer = publisher(IDENTITY, former);

  private static IpniPublisher publisher(Identity identity, AdChain chain) {
    return new IpniPublisher(identity, ADDRESSES, chain, race -> {});
  }

  /** Four advertisements: of 1, 2, and 3 are advertised 1 and 3 in the end. */
  @BeforeEach
  void write() throws IOException {
    advertise(writer, 1, 3);
    advertise(writer, 2, 1);
    assertThat(writer.remove(piece(2))).isTrue();
    advertise(writer, 3, EntryChunk.MULTIHASHES_MAX + 1);
    Files.createDirectories(folder.resolve("nodes"));
    for (Cid node : nodes()) {
      Bytes data = get(former, node).orElseThrow();
      Files.write(file(node), data.toArray());
    }
    String head = writer.head().orElseThrow().toString();
    Files.write(folder.resolve("head"), head.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void goesOnWithTheChain_whenTheStoreHasNone() throws IOException {
    MemoryAdChain store = new MemoryAdChain();
    IpniPublisher publisher = publisher(IDENTITY, store);
    publisher.takeOver(folder);
    assertThat(publisher.advertised()).isEqualTo(writer.advertised());
    for (Cid node : nodes()) {
      assertThat(get(store, node)).isEqualTo(get(former, node));
    }
    Optional<Cid> head = publisher.head();
    publisher.takeOver(folder);
    assertThat(publisher.head()).isEqualTo(head);
    advertise(publisher, 4, 1);
    assertThat(ad(store, publisher.head().orElseThrow()).previous()).isEqualTo(head);
    publisher.takeOver(folder);
    assertThat(publisher.advertised().pieces()).containsOnlyKeys(piece(1), piece(3), piece(4));
  }

  @Test
  void endsWithTheSameChain_whenItBreaksOffAgainAndAgain() throws IOException {
    for (long seed = 0; seed < 20; seed++) {
      IpniPublisher publisher = publisher(IDENTITY, new MemoryAdChain(seed, 40));
      int tries = 0;
      for (boolean done = false; !done; tries++) {
        assertThat(tries).as("seed %d", seed).isLessThan(100);
        done = takesOver(publisher);
      }
      assertThat(publisher.advertised()).as("seed %d", seed).isEqualTo(writer.advertised());
    }
  }

  private boolean takesOver(IpniPublisher publisher) {
    try {
      publisher.takeOver(folder);
      return true;
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("move of the head");
      return false;
    }
  }

  @Test
  void leavesTheChainOfTheStore_whenItIsAnother() throws IOException {
    MemoryAdChain store = new MemoryAdChain();
    IpniPublisher publisher = publisher(IDENTITY, store);
    advertise(publisher, 9, 1);
    IpniPublisher.Advertised before = publisher.advertised();
    publisher.takeOver(folder);
    assertThat(publisher.advertised()).isEqualTo(before);
  }

  @Test
  void leavesTheFolder_whenItIsOfAnotherPeer_orHasNoHead() throws IOException {
    Identity other = Identity.generate();
    IpniPublisher publisher = publisher(other, new MemoryAdChain());
    publisher.takeOver(folder);
    assertThat(publisher.head()).isEmpty();
    publisher.takeOver(folder.resolve("missing"));
    assertThat(publisher.head()).isEmpty();
  }

  @Test
  void takesWhatLeadsToTheHead_whenAnOlderAdvertisementIsDamaged() throws IOException {
    Cid first = former.advertised(PEER, context(1)).toCompletableFuture().join().orElseThrow();
    Files.write(file(first), new byte[] {1});
    IpniPublisher publisher = publisher(IDENTITY, new MemoryAdChain());
    publisher.takeOver(folder);
    assertThat(publisher.head()).isEqualTo(writer.head());
    assertThat(publisher.advertised().pieces()).containsOnlyKeys(piece(3));
    advertise(publisher, 1, 3);
    assertThat(publisher.advertised().pieces()).containsOnlyKeys(piece(1), piece(3));
  }

  /** Advertisements with their entries. */
  private List<Cid> nodes() throws IOException {
    List<Cid> found = new ArrayList<>();
    Optional<Cid> next = writer.head();
    while (next.isPresent()) {
      found.add(next.get());
      Advertisement ad = ad(former, next.get());
      Optional<Cid> entries =
          Optional.of(ad.entries()).filter(link -> !link.equals(Advertisement.NO_ENTRIES));
      while (entries.isPresent()) {
        found.add(entries.get());
        entries = EntryChunk.next(get(former, entries.get()).orElseThrow());
      }
      next = ad.previous();
    }
    return found;
  }

  private Path file(Cid node) {
    return folder.resolve("nodes").resolve(node.toString());
  }

  private static Advertisement ad(AdChain chain, Cid cid) {
    return Advertisement.parse(get(chain, cid).orElseThrow());
  }

  private static Optional<Bytes> get(AdChain chain, Cid node) {
    return chain.get(PEER, node).toCompletableFuture().join();
  }

  private static void advertise(IpniPublisher publisher, int number, int blocks)
      throws IOException {
    List<Bytes> multihashes = new ArrayList<>();
    for (int i = 0; i < blocks; i++) {
      multihashes.add(Bytes.concat(Bytes.fromHex("1220"), Sha256.hash(Varint.encode(i))));
    }
    assertThat(publisher.advertise(piece(number), multihashes.iterator())).isPresent();
  }

  private static Bytes context(int number) {
    return Cid.commP(piece(number)).bytes();
  }

  private static Commitment piece(int number) {
    byte[] bytes = new byte[32];
    bytes[0] = (byte) number;
    return new Commitment(Bytes.of(bytes));
  }
}
