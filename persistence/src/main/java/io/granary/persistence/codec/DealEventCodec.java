package io.granary.persistence.codec;

import com.google.protobuf.CodedInputStream;
import io.granary.protocol.codec.EntityCodec;
import io.granary.protocol.deal.DealEvent;
import io.granary.protocol.wire.DealEventProto;
import java.io.IOException;
import java.util.Set;

/** {@link DealEvent} as {@code deal_event.proto} has it. */
public final class DealEventCodec implements EventCodec<DealEvent> {
  static final String MANIFEST = "deal-event.1";

  @Override
  public Class<DealEvent> type() {
    return DealEvent.class;
  }

  @Override
  public Set<String> manifests() {
    return Set.of(MANIFEST);
  }

  @Override
  public String manifest(DealEvent value) {
    return MANIFEST;
  }

  @Override
  public byte[] toBytes(DealEvent event) {
    DealEventProto.Builder builder =
        DealEventProto.newBuilder().setStamp(EntityCodec.toProto(event.stamp()));
    DealEventWriter.write(event, builder);
    return builder.build().toByteArray();
  }

  @Override
  public DealEvent fromBytes(String manifest, CodedInputStream in) throws IOException {
    return DealEventReader.read(DealEventProto.parseFrom(in));
  }
}
