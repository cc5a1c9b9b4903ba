package io.granary.protocol.cid;

import io.granary.protocol.Base32;
import io.granary.protocol.Base58;
import io.granary.protocol.Bytes;
import io.granary.protocol.Varint;
import io.granary.protocol.hash.Blake2b;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.piece.PieceInfo;

/**
 * A CID as its binary form (multiformats/cid): version 1, codec, multihash, or the older version 0,
 * which is a bare sha2-256 multihash of dag-pb. The one text form of version 1 is multibase {@code
 * b}, base32 in lower case, that of version 0 is base58 and starts with {@code Qm}. The chain's own
 * objects use version 1 only; version 0 comes in with data that clients made.
 *
 * @param bytes version 1, codec, multihash code, digest length, digest; or 12 20 and 32 bytes
 */
public record Cid(Bytes bytes) implements Comparable<Cid> {
  /** Codec of messages, blocks and state. */
  public static final long DAG_CBOR = 0x71;

  /** Codec of UnixFS files and folders. */
  public static final long DAG_PB = 0x70;

  /** Codec of raw bytes. */
  public static final long RAW = 0x55;

  /** Codec of CommP and CommD. */
  public static final long FIL_COMMITMENT_UNSEALED = 0xf101;

  /** Codec of CommR. */
  public static final long FIL_COMMITMENT_SEALED = 0xf102;

  /** Multihash whose digest is the content itself. */
  public static final long IDENTITY = 0x00;

  /** Multihash of UnixFS data. */
  public static final long SHA2_256 = 0x12;

  /** Multihash of messages, blocks and state. */
  public static final long BLAKE2B_256 = 0xb220;

  /** Multihash of CommP and CommD. */
  public static final long SHA2_256_TRUNC254_PADDED = 0x1012;

  /** Multihash of a piece with its size (FRC-0069). */
  public static final long FR32_SHA256_TRUNC254_PADBINTREE = 0x1011;

  /** Multihash of CommR. */
  public static final long POSEIDON_BLS12_381_A2_FC1 = 0xb401;

  /** The binary form of a CommP or CommD up to its digest. */
  public static final Bytes UNSEALED_PREFIX = Bytes.fromHex("0181e203922020");

  /** The binary form of a CommR up to its digest. */
  public static final Bytes SEALED_PREFIX = Bytes.fromHex("0182e20381e80220");

  /** The binary form of a message's, block's or state object's CID up to its digest. */
  public static final Bytes DAG_CBOR_PREFIX = Bytes.fromHex("0171a0e40220");

  /** The binary form of version 0 up to its digest. */
  public static final Bytes V0_PREFIX = Bytes.fromHex("1220");

  /**
   * The longest binary form that is looked at. The chain's own have at most 40 bytes; identity CIDs
   * have digests of up to 128 (boxo, verifcid).
   */
  public static final int MAX_BYTES = 160;

  private static final int MAX_TEXT_LENGTH = 1 + (MAX_BYTES * 8 + 4) / 5;
  private static final int COMMITMENT_BYTES = 32;
  private static final int V0_BYTES = 34;
  private static final int V0_TEXT_LENGTH = 46;

  public Cid {
    if (bytes.length() > MAX_BYTES) {
      throw new IllegalArgumentException(
          "CID: at most " + MAX_BYTES + " bytes, got " + bytes.length());
    }
    Varint.Read length = digestLength(bytes, 0);
    if (length.value() != bytes.length() - length.next()) {
      throw new IllegalArgumentException(
          "CID: digest length says "
              + length.value()
              + " bytes, "
              + (bytes.length() - length.next())
              + " follow");
    }
  }

  /** Reads what stands before the digest of the CID at {@code offset}. */
  private static Varint.Read digestLength(Bytes bytes, int offset) {
    if (bytes.length() - offset >= 2 && bytes.at(offset) == 0x12 && bytes.at(offset + 1) == 0x20) {
      return new Varint.Read(V0_BYTES - 2, offset + 2);
    }
    Varint.Read version = Varint.decode(bytes, offset, "CID version");
    if (version.value() != 1) {
      throw new IllegalArgumentException("CID: version must be 0 or 1, got " + version.value());
    }
    Varint.Read codec = Varint.decode(bytes, version.next(), "CID codec");
    Varint.Read hash = Varint.decode(bytes, codec.next(), "CID multihash code");
    return Varint.decode(bytes, hash.next(), "CID digest length");
  }

  /** A CID read, and the offset of the byte after it. */
  public record Read(Cid cid, int next) {}

  /**
   * Reads the CID that starts at {@code offset} and that other bytes may follow.
   *
   * @throws IllegalArgumentException when no CID starts there or it is cut short
   */
  public static Read read(Bytes bytes, int offset) {
    Varint.Read length = digestLength(bytes, offset);
    if (length.value() > bytes.length() - length.next()) {
      throw new IllegalArgumentException(
          "CID: digest length says "
              + length.value()
              + " bytes, "
              + (bytes.length() - length.next())
              + " are left");
    }
    int next = length.next() + (int) length.value();
    return new Read(new Cid(bytes.slice(offset, next - offset)), next);
  }

  /** The CIDv1 of a codec, a multihash code and a digest. */
  public static Cid of(long codec, long multihashCode, Bytes digest) {
    return new Cid(
        Bytes.concat(
            Varint.encode(1),
            Varint.encode(codec),
            Varint.encode(multihashCode),
            Varint.encode(digest.length()),
            digest));
  }

  /** The CIDv0 of a dag-pb block. */
  public static Cid v0(Bytes sha256) {
    return new Cid(Bytes.concat(V0_PREFIX, sha256.requireLength(V0_BYTES - 2, "CID digest")));
  }

  /**
   * Reads the binary form.
   *
   * @throws IllegalArgumentException when {@code bytes} is no CID
   */
  public static Cid fromBytes(Bytes bytes) {
    return new Cid(bytes);
  }

  /**
   * Reads the text form.
   *
   * @throws IllegalArgumentException saying what is wrong with {@code text}
   */
  public static Cid parse(String text) {
    if (text.length() < 2 || text.length() > MAX_TEXT_LENGTH) {
      throw new IllegalArgumentException(
          "CID: expected 2 to " + MAX_TEXT_LENGTH + " characters, got " + text.length());
    }
    if (text.length() == V0_TEXT_LENGTH && text.startsWith("Qm")) {
      Bytes bytes = Base58.decode(text, "CID");
      if (bytes.length() != V0_BYTES || !bytes.startsWith(V0_PREFIX)) {
        throw new IllegalArgumentException("CID: " + text + " is no sha2-256 multihash");
      }
      return new Cid(bytes);
    }
    if (text.charAt(0) != 'b') {
      throw new IllegalArgumentException("CID: expected multibase b (base32), got " + text);
    }
    return requireMultibase(new Cid(Base32.decode(text.substring(1), "CID")));
  }

  /**
   * Passes a CID that was read from multibase text: version 0 is never written so, which leaves one
   * text for each CID (multiformats/cid, "Decoding Algorithm").
   *
   * @throws IllegalArgumentException for version 0
   */
  public static Cid requireMultibase(Cid cid) {
    if (cid.version() == 0) {
      throw new IllegalArgumentException("CID: version 0 in multibase, expected " + cid);
    }
    return cid;
  }

  /** The CID of a CBOR object: dag-cbor, BLAKE2b-256. */
  public static Cid dagCborBlake2b(Bytes cbor) {
    return new Cid(Bytes.concat(DAG_CBOR_PREFIX, Blake2b.hash256(cbor)));
  }

  /** The CID of a piece commitment. */
  public static Cid commP(Commitment commP) {
    return unsealed(commP);
  }

  /** The CID of a sector's data commitment. */
  public static Cid commD(Commitment commD) {
    return unsealed(commD);
  }

  /** The CID of a CommP or CommD: both are unsealed commitments. */
  public static Cid unsealed(Commitment commitment) {
    return new Cid(Bytes.concat(UNSEALED_PREFIX, commitment.bytes()));
  }

  /**
   * The CID of a piece that also tells its size (FRC-0069): raw codec; the digest is the varint of
   * the zero bytes after the data, the height of the tree and its root.
   *
   * @param dataBytes bytes of data in the piece, at most its unpadded size
   */
  public static Cid pieceV2(PieceInfo piece, long dataBytes) {
    if (dataBytes < 0 || dataBytes > piece.unpaddedBytes()) {
      throw new IllegalArgumentException(
          "piece: " + dataBytes + " bytes of data in " + piece.unpaddedBytes());
    }
    int height = Long.numberOfTrailingZeros(piece.paddedBytes() / COMMITMENT_BYTES);
    Bytes digest =
        Bytes.concat(
            Varint.encode(piece.unpaddedBytes() - dataBytes),
            Bytes.of(new byte[] {(byte) height}),
            piece.commP().bytes());
    return of(RAW, FR32_SHA256_TRUNC254_PADBINTREE, digest);
  }

  /** The CID of a replica commitment. */
  public static Cid commR(Commitment commR) {
    return new Cid(Bytes.concat(SEALED_PREFIX, commR.bytes()));
  }

  /**
   * The CommP or CommD in this CID.
   *
   * @throws IllegalArgumentException unless codec, multihash and length are an unsealed
   *     commitment's and the digest is a field element
   */
  public Commitment toUnsealedCommitment() {
    return commitment(UNSEALED_PREFIX, "an unsealed commitment");
  }

  /**
   * The CommR in this CID.
   *
   * @throws IllegalArgumentException unless codec, multihash and length are a sealed commitment's
   *     and the digest is a field element
   */
  public Commitment toSealedCommitment() {
    return commitment(SEALED_PREFIX, "a sealed commitment");
  }

  private Commitment commitment(Bytes prefix, String what) {
    if (!bytes.startsWith(prefix)) {
      throw new IllegalArgumentException("CID: expected " + what + ", got " + this);
    }
    return new Commitment(bytes.slice(prefix.length(), COMMITMENT_BYTES));
  }

  /** 0 or 1. */
  public int version() {
    return bytes.at(0) == 1 ? 1 : 0;
  }

  /** The multihash: its code, the digest's length and the digest. */
  public Bytes multihash() {
    if (version() == 0) {
      return bytes;
    }
    int start = Varint.decode(bytes, 1, "CID codec").next();
    return bytes.slice(start, bytes.length() - start);
  }

  /** This with version 1. */
  public Cid toV1() {
    return version() == 1 ? this : of(DAG_PB, SHA2_256, digest());
  }

  /** The multicodec of the content. */
  public long codec() {
    if (version() == 0) {
      return DAG_PB;
    }
    return Varint.decode(bytes, 1, "CID codec").value();
  }

  /** The multihash code. */
  public long multihashCode() {
    if (version() == 0) {
      return SHA2_256;
    }
    int start = Varint.decode(bytes, 1, "CID codec").next();
    return Varint.decode(bytes, start, "CID multihash code").value();
  }

  /** The bare digest. */
  public Bytes digest() {
    Varint.Read read = digestLength(bytes, 0);
    return bytes.slice(read.next(), (int) read.value());
  }

  /** Orders by bytes. */
  @Override
  public int compareTo(Cid other) {
    return bytes.compareTo(other.bytes);
  }

  /** The text form. */
  @Override
  public String toString() {
    return version() == 0 ? Base58.encode(bytes) : 'b' + Base32.encode(bytes);
  }
}
