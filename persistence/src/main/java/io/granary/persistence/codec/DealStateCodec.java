package io.granary.persistence.codec;

import com.google.protobuf.CodedInputStream;
import io.granary.protocol.codec.DealStateValues;
import io.granary.protocol.deal.DealState;
import io.granary.protocol.wire.DealStateProto;
import java.io.IOException;
import java.util.Set;

/** Snapshots: a deal somebody proposed, as {@code deal_state.proto} has it. */
public final class DealStateCodec implements EventCodec<DealState.Known> {
  static final String MANIFEST = "deal-state.1";

  @Override
  public Class<DealState.Known> type() {
    return DealState.Known.class;
  }

  @Override
  public Set<String> manifests() {
    return Set.of(MANIFEST);
  }

  @Override
  public String manifest(DealState.Known value) {
    return MANIFEST;
  }

  @Override
  public byte[] toBytes(DealState.Known state) {
    return DealStateValues.toProto(state).toByteArray();
  }

  @Override
  public DealState.Known fromBytes(String manifest, CodedInputStream in) throws IOException {
    return DealStateValues.fromProto(DealStateProto.parseFrom(in));
  }
}
