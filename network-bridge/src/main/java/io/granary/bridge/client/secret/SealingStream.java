package io.granary.bridge.client.secret;

import io.granary.protocol.Bytes;
import java.io.IOException;
import java.io.OutputStream;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/**
 * Encrypts what is written to it for one recipient ({@link SealedForm}) and passes it on. Content
 * is whole only after {@link #close}, which writes the last chunk and closes the stream behind.
 * Used by one thread.
 */
public final class SealingStream extends OutputStream {
  private final OutputStream target;
  private final SecretKeySpec key;
  private final byte[] chunk = new byte[SealedForm.CHUNK_BYTES];
  private int length;
  private long number;
  private boolean closed;

  /**
   * Writes the header.
   *
   * @throws SecretException when the recipient's key is no safe key
   */
  public SealingStream(OutputStream target, Recipient recipient) throws IOException {
    this.target = target;
    RecipientKey own = RecipientKey.generate();
    Bytes contentKey = own.recipient().publicKey();
    this.key = SealedForm.key(own.agree(recipient.publicKey()), contentKey, recipient);
    target.write(SealedForm.MAGIC.toArray());
    target.write(contentKey.toArray());
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] data, int offset, int count) throws IOException {
    if (closed) {
      throw new IOException("sealed content is finished");
    }
    int from = offset;
    int left = count;
    while (left > 0) {
      if (length == chunk.length) {
        writeChunk(false);
      }
      int step = Math.min(left, chunk.length - length);
      System.arraycopy(data, from, chunk, length, step);
      length += step;
      from += step;
      left -= step;
    }
  }

  private void writeChunk(boolean last) throws IOException {
    try {
      Cipher cipher = SealedForm.cipher(Cipher.ENCRYPT_MODE, key, number, last);
      target.write(cipher.doFinal(chunk, 0, length));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-256-GCM is in every JDK", e);
    }
    number++;
    length = 0;
  }

  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true;
      try (target) {
        writeChunk(true);
      }
    }
  }
}
