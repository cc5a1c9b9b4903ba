package io.granary.bridge.libp2p.peer;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.granary.bridge.libp2p.codec.Multibase;
import io.granary.protocol.Bytes;
import io.granary.protocol.vector.VectorRows;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

/**
 * What goes out comes back, and what strangers make up is read or refused with a
 * PeerFormatException, without taking more memory than its length allows.
 */
class PeerPropertyTest {
  /** For exceptions with their traces, class loading and arithmetic; a length claimed is more. */
  private static final long ALLOCATED_MAX = 4L << 20;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static final List<byte[]> GOOD_BYTES = goodBytes();
  private static final List<String> GOOD_TEXTS = goodTexts();

  private static final List<Consumer<byte[]>> BYTE_READERS =
      List.of(
          PublicKey::decode,
          PrivateKey::decode,
          PeerId::ofBytes,
          Multiaddr::ofBytes,
          SignedEnvelope::decode,
          PeerRecord::decode,
          bytes -> PeerRecord.open(SignedEnvelope.decode(bytes)),
          bytes -> PeerId.ofBytes(bytes).inlineKey(),
          bytes -> Multiaddr.ofBytes(bytes).url());

  private static List<byte[]> goodBytes() {
    List<byte[]> good = new ArrayList<>();
    for (String file : List.of("libp2p-keys", "libp2p-multiaddr", "libp2p-handshakes")) {
      VectorRows.of(file)
          .filter(row -> !row.section().equals("tls_certificates"))
          .forEach(row -> row.value().forEach(value -> addHex(good, value.asText())));
    }
    assertThat(good).hasSizeGreaterThan(30);
    return good;
  }

  private static void addHex(List<byte[]> good, String text) {
    if (!text.isEmpty() && text.matches("([0-9a-f]{2})+")) {
      good.add(HexFormat.of().parseHex(text));
    }
  }

  private static List<String> goodTexts() {
    List<String> good = new ArrayList<>();
    VectorRows.of("libp2p-multiaddr").forEach(row -> good.add(row.value().asText()));
    VectorRows.of("libp2p-keys")
        .filter(row -> row.section().equals("spec_keys"))
        .forEach(row -> good.addAll(List.of(row.text("peer_id_b58"), row.text("peer_id_cid"))));
    return good;
  }

  @Provide
  Arbitrary<byte[]> spoiled() {
    return Combinators.combine(Arbitraries.of(GOOD_BYTES), Arbitraries.longs())
        .as((good, seed) -> spoil(good, new SplittableRandom(seed)));
  }

  /** A few changes of the kinds that confuse readers: bits, lengths, cuts, repeats. */
  private static byte[] spoil(byte[] good, SplittableRandom random) {
    byte[] bytes = good.clone();
    for (int changes = random.nextInt(3); changes >= 0 && bytes.length > 1; changes--) {
      int at = random.nextInt(Math.min(bytes.length, 64));
      switch (random.nextInt(5)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) random.nextInt(256);
        case 2 -> bytes = Arrays.copyOf(bytes, at + 1);
        case 3 -> bytes = insert(bytes, at, "ffffffff07");
        default -> bytes = insert(bytes, at, "ffffffffffffffff7f");
      }
    }
    return bytes;
  }

  private static byte[] insert(byte[] bytes, int at, String hex) {
    Bytes all = Bytes.of(bytes);
    return Bytes.concat(all.slice(0, at), Bytes.fromHex(hex), all.slice(at, all.length() - at))
        .toArray();
  }

  @Property
  void anyBytesAreReadOrRefused(@ForAll @Size(max = 200) byte[] bytes) {
    assertReadOrRefused(bytes);
  }

  @Property(tries = 3000)
  void spoiledBytesAreReadOrRefused(@ForAll("spoiled") byte[] bytes) {
    assertReadOrRefused(bytes);
  }

  private static void assertReadOrRefused(byte[] bytes) {
    for (Consumer<byte[]> reader : BYTE_READERS) {
      assertReadOrRefused(() -> reader.accept(bytes));
    }
  }

  private static void assertReadOrRefused(Runnable read) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    try {
      read.run();
    } catch (PeerFormatException e) {
      assertThat(e.getMessage()).isNotBlank().doesNotContain("\n");
    }
    assertThat(THREADS.getCurrentThreadAllocatedBytes() - before).isLessThan(ALLOCATED_MAX);
  }

  @Property
  void anyTextIsReadOrRefused(@ForAll @Size(max = 100) String text) {
    assertTextReadOrRefused(text);
    assertTextReadOrRefused('/' + text);
  }

  @Property(tries = 2000)
  void spoiledTextIsReadOrRefused(@ForAll long seed, @ForAll char strange) {
    SplittableRandom random = new SplittableRandom(seed);
    String good = GOOD_TEXTS.get(random.nextInt(GOOD_TEXTS.size()));
    int at = random.nextInt(good.length() + 1);
    int from = Math.min(good.length(), at + random.nextInt(2));
    char middle = random.nextBoolean() ? strange : "/:.%0fz\n ".charAt(random.nextInt(9));
    assertTextReadOrRefused(good.substring(0, at) + middle + good.substring(from));
  }

  private static void assertTextReadOrRefused(String text) {
    assertReadOrRefused(
        () -> {
          Multiaddr address = Multiaddr.parse(text);
          assertThat(Multiaddr.parse(address.toString())).isEqualTo(address);
          assertThat(Multiaddr.ofBytes(address.bytes())).isEqualTo(address);
          assertPrintable(address);
        });
    assertReadOrRefused(
        () -> {
          PeerId id = PeerId.parse(text);
          assertThat(PeerId.parse(id.toString())).isEqualTo(id);
        });
  }

  /** Only the path of a socket may have spaces. */
  private static void assertPrintable(Multiaddr address) {
    assertThat(address.toString().chars()).noneMatch(Character::isISOControl);
    if (!address.has(MultiaddrProtocol.UNIX)) {
      assertThat(address.toString().chars())
          .noneMatch(Character::isWhitespace)
          .noneMatch(Character::isSpaceChar);
    }
  }

  @Property(tries = 2000)
  void spoiledAddressesPrintAndReadBack(@ForAll("spoiled") byte[] bytes) {
    try {
      Multiaddr address = Multiaddr.ofBytes(bytes);
      assertThat(address.bytes()).isEqualTo(bytes);
      assertPrintable(address);
      String text = address.toString();
      assertThat(Multiaddr.parse(text)).hasToString(text);
    } catch (PeerFormatException e) {
      assertThat(e).hasMessageStartingWith("multiaddr: ");
    }
  }

  @Property(tries = 200)
  void anythingSignedIsVerified(
      @ForAll @Size(32) byte[] seed,
      @ForAll @Size(max = 100) byte[] message,
      @ForAll @Size(max = 80) byte[] junk) {
    Identity identity = Identity.ofSeed(seed);
    assertThat(identity.publicKey().verify(message, identity.sign(message))).isTrue();
    assertThat(identity.publicKey().verify(message, junk)).isFalse();
    PublicKey decoded = PublicKey.decode(identity.publicKey().encode());
    assertThat(decoded).isEqualTo(identity.publicKey());
    PeerId id = identity.peerId();
    assertThat(PeerId.of(decoded)).isEqualTo(id);
    assertThat(PeerId.parse(id.toString())).isEqualTo(id);
    assertThat(PeerId.parse(id.toCid())).isEqualTo(id);
    Bytes cid = Bytes.concat(Bytes.fromHex("0172"), id.multihash());
    assertThat(PeerId.parse(Multibase.base36(cid))).isEqualTo(id);
  }

  @Property(tries = 500)
  void junkVerifiesNothing_underAnyKey(
      @ForAll @Size(32) byte[] data,
      @ForAll @Size(64) byte[] signature,
      @ForAll @Size(max = 80) byte[] junk) {
    PublicKey key = new PublicKey(KeyType.ED25519, data);
    // The one point that signs all with zeros is no key that anybody makes.
    boolean neutral = data[0] == 1 || data[0] == 0;
    assertThat(neutral || !key.verify(junk, signature)).isTrue();
    byte[] scalar = data.clone();
    scalar[0] &= 0x7f;
    scalar[31] |= 1;
    PublicKey curveKey = PrivateKey.of(KeyType.SECP256K1, scalar).publicKey();
    assertThat(curveKey.verify(junk, signature)).isFalse();
    assertThat(curveKey.verify(signature, junk)).isFalse();
  }

  @Property(tries = 200)
  void ecdsaSignaturesReadBack(@ForAll @Size(32) byte[] scalar, @ForAll byte[] message) {
    scalar[0] &= 0x7f;
    scalar[31] |= 1;
    PrivateKey key = PrivateKey.of(KeyType.SECP256K1, scalar);
    byte[] signature = key.sign(message);
    assertThat(key.publicKey().verify(message, signature)).isTrue();
    assertThat(EcdsaSignature.decode(signature))
        .hasValueSatisfying(pair -> assertThat(pair.encode()).isEqualTo(signature));
    assertThat(PublicKey.decode(key.publicKey().encode())).isEqualTo(key.publicKey());
  }

  @Property
  void ip6IsReadAsTheJdkReadsIt(@ForAll @Size(8) List<Boolean> zeros, @ForAll @Size(16) byte[] ip)
      throws UnknownHostException {
    for (int i = 0; i < zeros.size(); i++) {
      if (zeros.get(i)) {
        ip[2 * i] = 0;
        ip[2 * i + 1] = 0;
      }
    }
    ip[0] |= 1;
    String text = IpText.printIp6(ip);
    assertThat(IpText.parseIp6(text)).isEqualTo(ip);
    assertThat(InetAddress.getByName(text).getAddress()).isEqualTo(ip);
    String plain = InetAddress.getByAddress(ip).getHostAddress();
    assertThat(IpText.parseIp6(plain)).isEqualTo(ip);
  }
}
