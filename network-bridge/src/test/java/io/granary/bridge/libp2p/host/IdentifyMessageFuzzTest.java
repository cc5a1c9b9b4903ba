package io.granary.bridge.libp2p.host;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.granary.bridge.libp2p.Libp2pSettings;
import io.granary.bridge.libp2p.codec.CodecException;
import io.granary.protocol.fuzz.Parsing;
import java.time.Duration;

/** What a peer says of itself. */
class IdentifyMessageFuzzTest {
  private static final Libp2pSettings.Identify BOUNDS =
      new Libp2pSettings.Identify(Duration.ofSeconds(10), 4096, 4, 8, 8);

  @FuzzTest
  void keepsToItsBoundsAndComesOutAsItWentIn_whenAccepted(byte[] input) {
    Parsing.of(input, () -> IdentifyMessage.decode(input, BOUNDS), CodecException.class)
        .ifPresent(
            message -> {
              assertThat(message.listenAddresses()).hasSizeLessThanOrEqualTo(8);
              assertThat(message.protocols()).hasSizeLessThanOrEqualTo(8);
              assertThat(IdentifyMessage.decode(message.encode(), BOUNDS)).isEqualTo(message);
              IdentifyMessage twice = message.and(message, BOUNDS);
              assertThat(twice.listenAddresses()).hasSizeLessThanOrEqualTo(8);
              assertThat(twice.protocols()).hasSizeLessThanOrEqualTo(8);
            });
  }
}
