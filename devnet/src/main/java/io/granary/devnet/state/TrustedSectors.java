package io.granary.devnet.state;

import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.RegisteredSealProof;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborWriter;
import io.granary.protocol.chain.SectorOnChain;
import io.granary.protocol.hash.Sha256;
import io.granary.protocol.piece.Commitment;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Sectors without files or proofs, for load only: their window PoSts are believed. There may be
 * millions, all alike but for their numbers, so none of them is kept as an object.
 *
 * @param numbers which sectors these are
 * @param pledge of each
 * @param dailyFee of each
 * @param expiration of all, an epoch
 */
public record TrustedSectors(
    BitField numbers,
    RegisteredSealProof sealProof,
    TokenAmount pledge,
    TokenAmount dailyFee,
    long expiration)
    implements CborEncodable {
  public static final TrustedSectors NONE =
      new TrustedSectors(
          BitField.empty(), new RegisteredSealProof(5), TokenAmount.ZERO, TokenAmount.ZERO, 0);

  /** What the chain tells of sector {@code number}; its CommR is made of its number. */
  public SectorOnChain sector(long number) {
    byte[] commR =
        Sha256.hash(Bytes.of(ByteBuffer.allocate(Long.BYTES).putLong(number).array())).toArray();
    commR[commR.length - 1] &= 0x3f;
    return new SectorOnChain(
        new SectorNumber(number),
        sealProof,
        new Commitment(Bytes.of(commR)),
        new Epoch(0),
        new Epoch(expiration),
        BigInteger.ZERO,
        BigInteger.ZERO,
        pledge,
        Optional.empty(),
        Optional.empty(),
        new Epoch(0),
        Optional.empty(),
        Optional.empty(),
        1,
        dailyFee);
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer.array(5).bitField(numbers).uint64(sealProof.number()).amount(pledge).amount(dailyFee);
    writer.int64(expiration);
  }
}
