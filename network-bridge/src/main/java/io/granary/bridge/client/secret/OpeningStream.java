package io.granary.bridge.client.secret;

import io.granary.protocol.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/**
 * Decrypts what a {@link SealingStream} wrote. Gives a chunk only after it was verified; what was
 * changed, cut or moved ends in a {@link SecretException} (never in a clean end of the stream).
 * Used by one thread; the stream behind stays the caller's.
 */
public final class OpeningStream extends InputStream {
  private final InputStream source;
  private final SecretKeySpec key;

  /** A sealed chunk, and the byte after it, which tells whether it is the last. */
  private final byte[] sealed = new byte[SealedForm.CHUNK_BYTES + SealedForm.TAG_BYTES + 1];

  private int carried;
  private byte[] open = new byte[0];
  private int position;
  private long number;
  private boolean ended;

  /**
   * Reads the header.
   *
   * @throws SecretException when the bytes are no sealed content
   */
  public OpeningStream(InputStream source, RecipientKey recipient) throws IOException {
    this.source = source;
    Bytes header = Bytes.of(source.readNBytes(SealedForm.HEADER_BYTES));
    if (header.length() < SealedForm.HEADER_BYTES || !header.startsWith(SealedForm.MAGIC)) {
      throw new SecretException("this is no content that was encrypted here");
    }
    Bytes contentKey = header.slice(SealedForm.MAGIC.length(), Recipient.KEY_BYTES);
    key = SealedForm.key(recipient.agree(contentKey), contentKey, recipient.recipient());
  }

  /** Whether content that starts with {@code first} is sealed. */
  public static boolean looksSealed(byte[] first) {
    return Bytes.of(first).startsWith(SealedForm.MAGIC);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int count) throws IOException {
    if (count == 0) {
      return 0;
    }
    while (position == open.length) {
      if (ended) {
        return -1;
      }
      nextChunk();
    }
    int step = Math.min(count, open.length - position);
    System.arraycopy(open, position, target, offset, step);
    position += step;
    return step;
  }

  private void nextChunk() throws IOException {
    int length = carried + source.readNBytes(sealed, carried, sealed.length - carried);
    boolean last = length < sealed.length;
    int chunk = last ? length : length - 1;
    if (chunk < SealedForm.TAG_BYTES) {
      throw new SecretException(broken("is cut short"));
    }
    try {
      open = SealedForm.cipher(Cipher.DECRYPT_MODE, key, number, last).doFinal(sealed, 0, chunk);
    } catch (AEADBadTagException e) {
      String problem =
          number == 0
              ? "is not for this recipient key, or was changed"
              : "was changed, moved or cut short";
      throw new SecretException(broken(problem), e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-256-GCM is in every JDK", e);
    }
    if (last && number > 0 && open.length == 0) {
      throw new SecretException(broken("has an empty end"));
    }
    if (!last) {
      sealed[0] = sealed[length - 1];
    }
    carried = last ? 0 : 1;
    position = 0;
    number++;
    ended = last;
  }

  private String broken(String what) {
    return "encrypted content " + what + " (chunk " + number + ")";
  }
}
