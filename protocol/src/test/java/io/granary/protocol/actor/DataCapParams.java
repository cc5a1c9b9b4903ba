package io.granary.protocol.actor;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.address.Address;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;
import io.granary.protocol.cid.Cid;
import java.math.BigInteger;
import java.util.List;

/**
 * What clients send to the verified registry and the DataCap token, which the provider itself never
 * does: parameters as chain.md and market.md 9 have them.
 */
public final class DataCapParams {
  /** Transfer of the token, by its FRC-0042 number. */
  public static final long TRANSFER = 80_475_954;

  private static final BigInteger UNIT = BigInteger.TEN.pow(18);

  private DataCapParams() {}

  /** AddVerifier and AddVerifiedClient. */
  public static Bytes grant(Address address, long bytes) {
    return new CborWriter()
        .array(2)
        .address(address)
        .bigInteger(BigInteger.valueOf(bytes))
        .toBytes();
  }

  /** Tokens for so many bytes of data. */
  public static BigInteger tokens(long bytes) {
    return BigInteger.valueOf(bytes).multiply(UNIT);
  }

  /** A transfer's; the registry takes {@code operatorData} for what is to be done with it. */
  public static Bytes transfer(Address to, BigInteger tokens, Bytes operatorData) {
    return new CborWriter().array(3).address(to).bigInteger(tokens).bytes(operatorData).toBytes();
  }

  /**
   * One allocation that is asked for.
   *
   * @param size padded bytes
   * @param expiration epoch until which it can be claimed
   */
  public record Ask(
      ActorId provider, Cid data, long size, long termMin, long termMax, long expiration) {
    /** A transfer's operator data that asks for this allocation and extends no claim. */
    public Bytes operatorData() {
      CborWriter writer = new CborWriter().array(2).array(1).array(6).uint64(provider.value());
      writer.cid(data).uint64(size).int64(termMin).int64(termMax).int64(expiration);
      return writer.array(0).toBytes();
    }

    /** The whole transfer. */
    public Bytes transfer() {
      return DataCapParams.transfer(BuiltinActors.VERIFIED_REGISTRY, tokens(size), operatorData());
    }
  }

  /**
   * The one allocation that a transfer made: the id in [from, to, [allocations, extensions,
   * [ids]]], the inner one as bytes.
   */
  public static long allocation(Bytes returned) {
    Bytes data =
        CborReader.decode(
            returned,
            "return",
            reader ->
                reader.struct(
                    "",
                    3,
                    r -> {
                      r.bigInteger("from");
                      r.bigInteger("to");
                      return r.bytes("data", 1 << 20);
                    }));
    List<Long> ids =
        CborReader.decode(
            data,
            "data",
            reader ->
                reader.struct(
                    "",
                    3,
                    r -> {
                      BatchReturn made = r.nested("allocations", BatchReturn::readFrom);
                      BatchReturn extended = r.nested("extensions", BatchReturn::readFrom);
                      assertThat(made.size() + extended.size()).isEqualTo(1);
                      return r.list("ids", 1, id -> id.uint(""));
                    }));
    return ids.get(0);
  }
}
