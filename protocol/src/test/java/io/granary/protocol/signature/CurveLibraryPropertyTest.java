package io.granary.protocol.signature;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.protocol.Bytes;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** The library in use and Bouncy Castle say the same of everything. */
class CurveLibraryPropertyTest {
  private static final BigInteger FIELD_PRIME =
      new BigInteger("fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f", 16);

  /** What is near a border of some rule, for R, S, secrets and digests. */
  private static final List<BigInteger> EDGES =
      List.of(
          BigInteger.ZERO,
          BigInteger.ONE,
          BigInteger.TWO,
          FIELD_PRIME.subtract(Secp256k1.ORDER).subtract(BigInteger.ONE),
          FIELD_PRIME.subtract(Secp256k1.ORDER),
          Secp256k1.HALF_ORDER.subtract(BigInteger.ONE),
          Secp256k1.HALF_ORDER,
          Secp256k1.HALF_ORDER.add(BigInteger.ONE),
          Secp256k1.ORDER.subtract(BigInteger.ONE),
          Secp256k1.ORDER,
          Secp256k1.ORDER.add(BigInteger.ONE),
          FIELD_PRIME,
          BigInteger.ONE.shiftLeft(256).subtract(BigInteger.ONE));

  private final CurveMath plain = CurveLibrary.BOUNCY_CASTLE.math();

  /** libsecp256k1's, where there is one for this machine; CurveLibraryTest says where. */
  private final CurveMath library = CurveLibrary.inUse().math();

  private static BigInteger number(Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> EDGES.get(random.nextInt(EDGES.size()));
      case 1 -> BigInteger.valueOf(random.nextInt(1000));
      default -> new BigInteger(256, random);
    };
  }

  private static BigInteger secret(Random random) {
    return number(random).mod(Secp256k1.ORDER.subtract(BigInteger.ONE)).add(BigInteger.ONE);
  }

  @Property(tries = 300)
  void makesTheSameKeysAndSignatures_andTakesThem(@ForAll long seed) {
    Random random = new Random(seed);
    BigInteger secret = secret(random);
    Bytes digest = Bytes.of(Secp256k1.fixed(number(random)));
    byte[] key = plain.publicKey(Secp256k1.fixed(secret));
    assertThat(library.publicKey(Secp256k1.fixed(secret))).isEqualTo(key);
    Bytes signed = Secp256k1.sign(plain, secret, digest);
    assertThat(Secp256k1.sign(library, secret, digest)).isEqualTo(signed);
    assertThat(Secp256k1.recover(plain, digest, signed)).contains(Bytes.of(key));
    assertThat(Secp256k1.recover(library, digest, signed)).contains(Bytes.of(key));
  }

  @Property(tries = 300)
  void recoversTheSame_fromChangedSignatures(@ForAll long seed) {
    Random random = new Random(seed);
    Bytes digest = Bytes.of(Secp256k1.fixed(number(random)));
    byte[] signature = Secp256k1.sign(plain, secret(random), digest).toArray();
    for (int change = random.nextInt(3); change >= 0; change--) {
      if (random.nextBoolean()) {
        signature[random.nextInt(signature.length)] ^= (byte) (1 << random.nextInt(8));
      } else {
        signature[64] = (byte) random.nextInt(6);
      }
    }
    sameOf(digest, Bytes.of(signature));
  }

  @Property(tries = 600)
  void recoversTheSame_fromEdgesOfEveryRule(@ForAll long seed) {
    Random random = new Random(seed);
    sameOf(
        Bytes.of(Secp256k1.fixed(number(random))),
        Bytes.concat(
            Bytes.of(Secp256k1.fixed(number(random))),
            Bytes.of(Secp256k1.fixed(number(random))),
            Bytes.of(new byte[] {(byte) random.nextInt(5)})));
  }

  private void sameOf(Bytes digest, Bytes signature) {
    Optional<Bytes> key = Secp256k1.recover(plain, digest, signature);
    assertThat(Secp256k1.recover(library, digest, signature))
        .as("%s over %s", signature, digest)
        .isEqualTo(key);
  }
}
