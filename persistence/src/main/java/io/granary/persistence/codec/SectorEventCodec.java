package io.granary.persistence.codec;

import com.google.protobuf.CodedInputStream;
import io.granary.protocol.sector.SectorEvent;
import io.granary.protocol.wire.SectorEventProto;
import java.io.IOException;
import java.util.Set;

/** The journal of a sector, as {@code sector_events.proto} has it. */
public final class SectorEventCodec implements EventCodec<SectorEvent> {
  private static final String MANIFEST = "sector-event.1";

  /** Called by {@link CodecSettings}. */
  public SectorEventCodec() {}

  @Override
  public Class<SectorEvent> type() {
    return SectorEvent.class;
  }

  @Override
  public Set<String> manifests() {
    return Set.of(MANIFEST);
  }

  @Override
  public String manifest(SectorEvent value) {
    return MANIFEST;
  }

  @Override
  public byte[] toBytes(SectorEvent value) {
    return SectorEventWriter.write(value).toByteArray();
  }

  @Override
  public SectorEvent fromBytes(String manifest, CodedInputStream in) throws IOException {
    return SectorEventReader.read(SectorEventProto.parseFrom(in));
  }
}
