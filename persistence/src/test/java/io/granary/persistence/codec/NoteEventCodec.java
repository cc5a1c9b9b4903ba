package io.granary.persistence.codec;

import com.google.protobuf.CodedInputStream;
import io.granary.protocol.SectorId;
import io.granary.protocol.wire.FileLocationProto;
import io.granary.protocol.wire.SectorIdProto;
import java.io.IOException;
import java.util.Set;

/** Writes {@link NoteEvent} with the shared schemas, one manifest an event. */
public final class NoteEventCodec implements EventCodec<NoteEvent> {
  public static final String NOTED = "note.Noted";
  public static final String WRITTEN = "note.Written";

  @Override
  public Class<NoteEvent> type() {
    return NoteEvent.class;
  }

  @Override
  public Set<String> manifests() {
    return Set.of(NOTED, WRITTEN);
  }

  @Override
  public String manifest(NoteEvent value) {
    return value instanceof NoteEvent.Noted ? NOTED : WRITTEN;
  }

  @Override
  public byte[] toBytes(NoteEvent value) {
    if (value instanceof NoteEvent.Noted noted) {
      return SectorIdProto.newBuilder()
          .setMiner(noted.sector().miner().value())
          .setNumber(noted.sector().number().value())
          .build()
          .toByteArray();
    }
    return FileLocationProto.newBuilder()
        .setStorageId(((NoteEvent.Written) value).line())
        .build()
        .toByteArray();
  }

  @Override
  public NoteEvent fromBytes(String manifest, CodedInputStream in) throws IOException {
    if (manifest.equals(NOTED)) {
      SectorIdProto proto = SectorIdProto.parseFrom(in);
      return new NoteEvent.Noted(SectorId.of(proto.getMiner(), proto.getNumber()));
    }
    return new NoteEvent.Written(FileLocationProto.parseFrom(in).getStorageId());
  }
}
