package io.granary.bridge.libp2p.secure;

import java.security.Provider;
import org.conscrypt.Conscrypt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whose ChaCha20-Poly1305 seals and opens frames. Immutable. */
public enum FrameCiphers {
  /** BoringSSL's, about eight times as fast, where its native library can be loaded. */
  CONSCRYPT("Conscrypt") {
    @Override
    FrameCipher of(byte[] key) {
      return new ConscryptFrameCipher(key, ConscryptProvider.INSTANCE);
    }
  },

  /** The JDK's, which is always there. */
  JDK("the JDK") {
    @Override
    FrameCipher of(byte[] key) {
      return new JdkFrameCipher(key);
    }
  };

  /** Never registered with the JDK: nothing else is to change its provider by our presence. */
  private static final class ConscryptProvider {
    static final Provider INSTANCE = Conscrypt.newProvider();
  }

  /** Found out once, and said once. */
  private static final class Chosen {
    private static final Logger LOG = LoggerFactory.getLogger(FrameCiphers.class);

    static final FrameCiphers CIPHERS = choose(Conscrypt::checkAvailability);
  }

  private final String label;

  FrameCiphers(String label) {
    this.label = label;
  }

  /** Conscrypt's unless {@code check}, which loads its library, fails to. */
  static FrameCiphers choose(Runnable check) {
    try {
      check.run();
      return CONSCRYPT;
    } catch (LinkageError e) {
      Chosen.LOG.warn(
          "the cipher of libp2p connections is the JDK's, which is slow: Conscrypt's native"
              + " library cannot be loaded: {}",
          e.toString());
      return JDK;
    }
  }

  /** What this process uses. */
  public static FrameCiphers inUse() {
    return Chosen.CIPHERS;
  }

  /** For one direction of one session. */
  abstract FrameCipher of(byte[] key);

  @Override
  public String toString() {
    return label;
  }
}
