package io.granary.bridge.libp2p.yamux;

import java.time.Duration;

/** Settings for tests, changed one at a time. */
final class Settings {
  int windowMaxBytes = YamuxSettings.PROTOCOL_WINDOW_BYTES;
  int windowInitialBytes = YamuxSettings.PROTOCOL_WINDOW_BYTES;
  int frameBytesMax = 65_507;
  int streamsInMax = 256;
  int streamsOutMax = 256;
  int acceptBacklog = 256;
  long sendBufferBytesMax = 16 << 20;
  long receiveBytesMax = 256L << 20;
  int streamBufferBytesMax = 4 << 20;
  int opensWaitingMax = 4;
  int controlFramesMax = 4096;
  int closedRememberedMax = 1024;
  int strayBytesMax = 1 << 20;

  YamuxSettings build() {
    return new YamuxSettings(
        windowInitialBytes,
        windowMaxBytes,
        frameBytesMax,
        streamsInMax,
        streamsOutMax,
        acceptBacklog,
        sendBufferBytesMax,
        Duration.ofSeconds(30),
        Duration.ofSeconds(20),
        receiveBytesMax,
        streamBufferBytesMax,
        opensWaitingMax,
        controlFramesMax,
        16,
        closedRememberedMax,
        strayBytesMax);
  }
}
