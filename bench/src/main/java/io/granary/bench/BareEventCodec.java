package io.granary.bench;

import com.google.protobuf.CodedInputStream;
import io.granary.persistence.codec.EventCodec;
import io.granary.protocol.Bytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Set;

/** Writes the payload as it is: the bare side spends nothing on encoding. */
public final class BareEventCodec implements EventCodec<BareEvent> {
  private static final String MANIFEST = "bare";

  /** Called by the codec settings. */
  public BareEventCodec() {}

  @Override
  public Class<BareEvent> type() {
    return BareEvent.class;
  }

  @Override
  public Set<String> manifests() {
    return Set.of(MANIFEST);
  }

  @Override
  public String manifest(BareEvent value) {
    return MANIFEST;
  }

  @Override
  public byte[] toBytes(BareEvent value) {
    return value.payload().toArray();
  }

  @Override
  public BareEvent fromBytes(String manifest, CodedInputStream in) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    while (!in.isAtEnd()) {
      bytes.write(in.readRawByte());
    }
    return new BareEvent(Bytes.of(bytes.toByteArray()));
  }
}
