package io.granary.protocol.signature;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.protocol.Bytes;
import io.granary.protocol.hash.Blake2b;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Either library, at the edges of the rules. */
class CurveLibraryTest {
  /** SEC 2, 2.4.1. */
  private static final BigInteger FIELD_PRIME =
      new BigInteger("fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f", 16);

  private static final Bytes DIGEST = Bytes.fromHex("11".repeat(32));

  private static Bytes signature(BigInteger r, BigInteger s, int v) {
    return Bytes.concat(
        Bytes.of(Secp256k1.fixed(r)),
        Bytes.of(Secp256k1.fixed(s)),
        Bytes.of(new byte[] {(byte) v}));
  }

  @Test
  @EnabledOnOs(
      value = OS.LINUX,
      architectures = {"amd64", "aarch64"})
  void isLibsecp256k1_whereItsLibraryIs() {
    assertThat(CurveLibrary.trouble()).isEmpty();
    assertThat(CurveLibrary.inUse()).isEqualTo(CurveLibrary.LIBSECP256K1);
  }

  @Test
  void isBouncyCastle_andSaysWhy_whereTheLibraryCannotBeLoaded() {
    CurveLibrary.Choice chosen =
        CurveLibrary.choose(
            () -> {
              throw new ExceptionInInitializerError(
                  new IllegalStateException("loader", new UnsatisfiedLinkError("no library")));
            });
    assertThat(chosen.library()).isEqualTo(CurveLibrary.BOUNCY_CASTLE);
    assertThat(chosen.trouble()).contains("java.lang.UnsatisfiedLinkError: no library");
    assertThat(CurveLibrary.choose(() -> {}))
        .isEqualTo(new CurveLibrary.Choice(CurveLibrary.LIBSECP256K1, Optional.empty()));
  }

  /** chain.md 8.6, the row that {@link SignaturesTest} has too: by either library. */
  @ParameterizedTest
  @EnumSource(CurveLibrary.class)
  void signsAsTheVector(CurveLibrary library) {
    Bytes cid =
        Bytes.fromHex(
            "0171a0e402206db7784dfde045f011fff26e6afd2e5c992b7c83fe9cc470c0ba5e93a88a2790");
    Bytes vector =
        Bytes.fromHex(
            "9baf3c907868bd797325aa016a2d2eab66081e23b98c7fc5f9a9ab2af10d104d"
                + "05241b7d9dc950a34db61efcd016603cbae77f9af4441e9624ca6704d95e644f00");
    Bytes digest = Blake2b.hash256(cid);
    BigInteger secret = new BigInteger("01".repeat(32), 16);
    assertThat(Secp256k1.sign(library.math(), secret, digest)).isEqualTo(vector);
    assertThat(Secp256k1.recover(library.math(), digest, vector))
        .contains(Bytes.of(library.math().publicKey(Secp256k1.fixed(secret))));
  }

  @ParameterizedTest
  @EnumSource(CurveLibrary.class)
  void refuses_whatIsOutsideTheRules(CurveLibrary library) {
    CurveMath math = library.math();
    Bytes good = Secp256k1.sign(math, BigInteger.valueOf(77), DIGEST);
    BigInteger r = new BigInteger(1, good.slice(0, 32).toArray());
    BigInteger s = new BigInteger(1, good.slice(32, 32).toArray());
    int v = good.at(64);
    BigInteger order = Secp256k1.ORDER;
    assertThat(Secp256k1.recover(math, DIGEST, good)).isPresent();
    for (Bytes bad :
        List.of(
            good.slice(0, 64),
            Bytes.concat(good, Bytes.fromHex("00")),
            Bytes.empty(),
            signature(r, s, 4),
            signature(r, s, 27),
            signature(r, s, -1),
            signature(BigInteger.ZERO, s, v),
            signature(order, s, v),
            signature(order.add(BigInteger.ONE), s, v),
            signature(FIELD_PRIME, s, v),
            signature(r, BigInteger.ZERO, v),
            signature(r, order.subtract(s), v ^ 1),
            signature(r, order.shiftRight(1).add(BigInteger.ONE), v),
            signature(r, order, v),
            // x would be r + order: beyond the field, but for the few r below p - n
            signature(r, s, v | 2),
            signature(FIELD_PRIME.subtract(order), s, 2),
            signature(FIELD_PRIME.subtract(order), s, 3))) {
      assertThat(Secp256k1.recover(math, DIGEST, bad)).as("%s", bad).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(CurveLibrary.class)
  void recoversNoKey_whenItWouldBeThePointAtInfinity(CurveLibrary library) {
    // With R = k·G, s·R - z·G is nothing when s·k = z: the key would be no point.
    BigInteger k = BigInteger.valueOf(5);
    byte[] point = library.math().publicKey(Secp256k1.fixed(k));
    Bytes r = Bytes.of(point, 1, 32);
    BigInteger s = BigInteger.valueOf(1234567);
    Bytes digest = Bytes.of(Secp256k1.fixed(s.multiply(k)));
    int v = point[64] & 1;
    Bytes none = signature(new BigInteger(1, r.toArray()), s, v);
    assertThat(Secp256k1.recover(library.math(), digest, none)).isEmpty();
    Bytes other = signature(new BigInteger(1, r.toArray()), s, v ^ 1);
    assertThat(Secp256k1.recover(library.math(), digest, other)).isPresent();
  }

  @ParameterizedTest
  @EnumSource(CurveLibrary.class)
  void takesBothEndsOfS(CurveLibrary library) {
    Bytes good = Secp256k1.sign(library.math(), BigInteger.valueOf(77), DIGEST);
    BigInteger r = new BigInteger(1, good.slice(0, 32).toArray());
    for (BigInteger s : List.of(BigInteger.ONE, Secp256k1.HALF_ORDER)) {
      assertThat(Secp256k1.recover(library.math(), DIGEST, signature(r, s, good.at(64))))
          .isPresent();
    }
  }
}
