package io.granary.bridge.libp2p.secure;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.southernstorm.noise.protocol.CipherStatePair;
import com.southernstorm.noise.protocol.HandshakeState;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class NoiseXxTest {
  private static final byte[] EMPTY = new byte[0];

  @Test
  void writesTheTranscript_whenKeysAreTheVectors() {
    NoiseXx dialer = vectorDialer();
    NoiseXx listener = vectorListener();

    byte[] first = dialer.write(EMPTY);
    assertThat(frame(first)).isEqualTo(HandshakeVectors.noise("msg1_frame"));
    assertThat(listener.read(first)).isEmpty();

    byte[] second = listener.write(HandshakeVectors.noise("msg2_payload"));
    assertThat(frame(second)).isEqualTo(HandshakeVectors.noise("msg2_frame"));
    assertThat(dialer.read(second)).isEqualTo(HandshakeVectors.noise("msg2_payload"));

    byte[] third = dialer.write(HandshakeVectors.noise("msg3_payload"));
    assertThat(frame(third)).isEqualTo(HandshakeVectors.noise("msg3_frame"));
    assertThat(listener.read(third)).isEqualTo(HandshakeVectors.noise("msg3_payload"));

    assertThat(dialer.handshakeHash()).isEqualTo(HandshakeVectors.noise("handshake_hash"));
    assertThat(listener.handshakeHash()).isEqualTo(HandshakeVectors.noise("handshake_hash"));
    assertThat(dialer.remoteStatic())
        .isEqualTo(HandshakeVectors.noise("responder_static_x25519_pub"));
    assertThat(listener.remoteStatic())
        .isEqualTo(HandshakeVectors.noise("initiator_static_x25519_pub"));
  }

  @ParameterizedTest
  @EnumSource
  void sealsTheTransportVectors_whenSplit(FrameCiphers ciphers) {
    NoiseXx dialer = vectorDialer();
    NoiseXx listener = vectorListener();
    listener.read(dialer.write(EMPTY));
    dialer.read(listener.write(HandshakeVectors.noise("msg2_payload")));
    listener.read(dialer.write(HandshakeVectors.noise("msg3_payload")));
    byte[][] keys = dialer.split();
    assertThat(listener.split()).isDeepEqualTo(keys);
    assertThat(sealed(ciphers.of(keys[0]), HandshakeVectors.noise("transport_i2r_plain")))
        .isEqualTo(HandshakeVectors.noise("transport_i2r_frame"));
    assertThat(sealed(ciphers.of(keys[1]), HandshakeVectors.noise("transport_r2i_plain")))
        .isEqualTo(HandshakeVectors.noise("transport_r2i_frame"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void understandsNoiseJava_inBothRoles(boolean weDial) throws Exception {
    HandshakeState other =
        new HandshakeState(
            "Noise_XX_25519_ChaChaPoly_SHA256",
            weDial ? HandshakeState.RESPONDER : HandshakeState.INITIATOR);
    other.getLocalKeyPair().generateKeyPair();
    other.start();
    NoiseXx ours = NoiseXx.fresh(weDial);
    byte[] payload = "payload".getBytes(UTF_8);
    for (int message = 0; message < 3; message++) {
      byte[] sent = message == 0 ? EMPTY : payload;
      byte[] buffer = new byte[512];
      if (ours.isMyTurn()) {
        byte[] bytes = ours.write(sent);
        int length = other.readMessage(bytes, 0, bytes.length, buffer, 0);
        assertThat(Arrays.copyOf(buffer, length)).isEqualTo(sent);
      } else {
        int length = other.writeMessage(buffer, 0, sent, 0, sent.length);
        assertThat(ours.read(Arrays.copyOf(buffer, length))).isEqualTo(sent);
      }
    }
    assertThat(ours.handshakeHash()).isEqualTo(other.getHandshakeHash());
    CipherStatePair pair = other.split();
    byte[][] keys = ours.split();
    byte[] buffer = new byte[payload.length + 16];
    int unused = pair.getSender().encryptWithAd(EMPTY, payload, 0, buffer, 0, payload.length);
    for (FrameCiphers ciphers : FrameCiphers.values()) {
      ByteBuf opened =
          ciphers
              .of(keys[weDial ? 1 : 0])
              .open(
                  Unpooled.wrappedBuffer(buffer), buffer.length, UnpooledByteBufAllocator.DEFAULT);
      assertThat(ByteBufUtil.getBytes(opened)).as("%s", ciphers).isEqualTo(payload);
      opened.release();
    }
  }

  @Test
  void refusesMessage_whenAnyByteIsChanged() {
    byte[] second = HandshakeVectors.noise("msg2_frame");
    byte[] message = Arrays.copyOfRange(second, 2, second.length);
    for (int i = 0; i < message.length; i++) {
      NoiseXx dialer = vectorDialer();
      assertThat(dialer.write(EMPTY)).isNotEmpty();
      byte[] changed = message.clone();
      changed[i] ^= 1;
      assertThatThrownBy(() -> dialer.read(changed))
          .as("byte %d", i)
          .isInstanceOf(HandshakeException.class);
    }
  }

  @Test
  void refusesMessage_whenCutShort() {
    byte[] second = HandshakeVectors.noise("msg2_frame");
    for (int length : new int[] {0, 31, 32, 79, 80, 95}) {
      NoiseXx dialer = vectorDialer();
      assertThat(dialer.write(EMPTY)).isNotEmpty();
      assertThatThrownBy(() -> dialer.read(Arrays.copyOfRange(second, 2, 2 + length)))
          .as("%d bytes", length)
          .isInstanceOf(HandshakeException.class);
    }
  }

  @Test
  void refusesKey_whenItsSecretIsKnownToAll() {
    NoiseXx listener = vectorListener();
    assertThat(listener.read(new byte[32])).isEmpty();
    assertThatThrownBy(() -> listener.write(EMPTY))
        .isInstanceOf(HandshakeException.class)
        .hasMessageContaining("no secret");
  }

  @Test
  void refusesToWork_whenOutOfTurn() {
    assertThatThrownBy(() -> vectorListener().write(EMPTY))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> vectorDialer().read(new byte[32]))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> vectorDialer().split()).isInstanceOf(IllegalStateException.class);
  }

  static NoiseXx vectorDialer() {
    return vectors(true, "initiator");
  }

  static NoiseXx vectorListener() {
    return vectors(false, "responder");
  }

  private static NoiseXx vectors(boolean dialer, String role) {
    return new NoiseXx(
        dialer,
        X25519Pair.ofPrivate(HandshakeVectors.noise(role + "_static_x25519_priv")),
        X25519Pair.ofPrivate(HandshakeVectors.noise(role + "_ephemeral_x25519_priv")));
  }

  private static byte[] sealed(FrameCipher cipher, byte[] plain) {
    ByteBuf out = Unpooled.buffer(plain.length + SymmetricState.TAG_BYTES);
    cipher.seal(Unpooled.wrappedBuffer(plain), plain.length, out);
    return frame(ByteBufUtil.getBytes(out));
  }

  private static byte[] frame(byte[] message) {
    return Wire.join(new byte[] {(byte) (message.length >>> 8), (byte) message.length}, message);
  }
}
