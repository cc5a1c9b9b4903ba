package io.granary.ops.scenario;

import com.google.protobuf.CodedInputStream;
import io.granary.persistence.codec.EventCodec;
import io.granary.persistence.codec.SenderEventCodec;
import io.granary.protocol.sender.SenderEvent;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Writes no event of a sender whose life has ended, and may be where it ends. Lives are known by
 * what their intents' ids begin with, up to the first slash.
 */
public final class HaltingSenderCodec implements EventCodec<SenderEvent> {
  private static final Map<String, SenderLife> LIVES = new ConcurrentHashMap<>();

  private final SenderEventCodec codec = new SenderEventCodec();

  /** From now on {@code life} is the one whose intents' ids begin with {@code name}. */
  static void begin(String name, SenderLife life) {
    LIVES.put(name, life);
  }

  @Override
  public Class<SenderEvent> type() {
    return codec.type();
  }

  @Override
  public Set<String> manifests() {
    return codec.manifests();
  }

  @Override
  public String manifest(SenderEvent value) {
    return codec.manifest(value);
  }

  @Override
  public byte[] toBytes(SenderEvent value) {
    String id = value.intentId();
    SenderLife life = LIVES.get(id.substring(0, Math.max(0, id.indexOf('/'))));
    if (life != null) {
      boolean written =
          value instanceof SenderEvent.MessageLanded
              ? life.passes(SenderLife.End.LANDING_SEEN)
              : life.passes();
      if (!written) {
        throw new IllegalStateException("dead before " + value.getClass().getSimpleName());
      }
    }
    return codec.toBytes(value);
  }

  @Override
  public SenderEvent fromBytes(String manifest, CodedInputStream in) throws IOException {
    return codec.fromBytes(manifest, in);
  }
}
