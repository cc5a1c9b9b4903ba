package io.granary.bridge.car;

import io.granary.protocol.Bytes;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.hash.Sha256;
import java.security.MessageDigest;
import java.util.Optional;
import org.bouncycastle.jcajce.provider.digest.Blake2b.Blake2b256;

/**
 * Compares streamed bytes with the digest in a CID: sha2-256, blake2b-256 and identity
 * (multiformats table). A digest must be whole, a cut one is refused. Used by one thread, for one
 * block.
 */
public final class BlockHash {
  private final Bytes expected;
  private final Optional<MessageDigest> digest;
  private final byte[] identity;
  private long length;

  private BlockHash(Bytes expected, Optional<MessageDigest> digest) {
    this.expected = expected;
    this.digest = digest;
    this.identity = digest.isPresent() ? new byte[0] : new byte[expected.length()];
  }

  /** For the block of {@code cid}; empty when its hash function is not known. */
  public static Optional<BlockHash> of(Cid cid) {
    long code = cid.multihashCode();
    if (code == Cid.SHA2_256) {
      return Optional.of(new BlockHash(cid.digest(), Optional.of(Sha256.newDigest())));
    }
    if (code == Cid.BLAKE2B_256) {
      return Optional.of(new BlockHash(cid.digest(), Optional.of(new Blake2b256())));
    }
    if (code == Cid.IDENTITY) {
      return Optional.of(new BlockHash(cid.digest(), Optional.empty()));
    }
    return Optional.empty();
  }

  /** Whether {@code data} is the block of {@code cid}; false too when its hash is not known. */
  public static boolean matches(Cid cid, Bytes data) {
    if (cid.multihashCode() == Cid.IDENTITY) {
      return data.equals(cid.digest());
    }
    return of(cid).map(hash -> hash.isOf(data)).orElse(false);
  }

  private boolean isOf(Bytes data) {
    digest.ifPresent(hash -> hash.update(data.asReadOnlyBuffer()));
    return matches();
  }

  /** Takes the next bytes. */
  public void update(byte[] data, int offset, int count) {
    if (digest.isPresent()) {
      digest.get().update(data, offset, count);
    } else if (length + count <= identity.length) {
      System.arraycopy(data, offset, identity, (int) length, count);
    }
    length += count;
  }

  /** Whether the bytes taken are those of the CID. */
  public boolean matches() {
    if (digest.isPresent()) {
      return expected.equals(Bytes.of(digest.get().digest()));
    }
    return length == expected.length() && expected.equals(Bytes.of(identity));
  }
}
