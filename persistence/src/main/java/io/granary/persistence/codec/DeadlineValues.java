package io.granary.persistence.codec;

import com.google.protobuf.ByteString;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.codec.ValueCodec;
import io.granary.protocol.deadline.DeadlineEvent.PartitionSectors;
import io.granary.protocol.wire.PartitionSectorsProto;
import java.util.List;

/** Values that a deadline's events and snapshots share. */
final class DeadlineValues {
  private DeadlineValues() {}

  static List<PartitionSectorsProto> toProto(List<PartitionSectors> sectors) {
    return sectors.stream()
        .map(
            each ->
                PartitionSectorsProto.newBuilder()
                    .setPartition(each.partition())
                    .setSectors(bits(each.sectors()))
                    .build())
        .toList();
  }

  static List<PartitionSectors> fromProto(List<PartitionSectorsProto> protos) {
    return protos.stream()
        .map(each -> new PartitionSectors(each.getPartition(), bits(each.getSectors())))
        .toList();
  }

  /** RLE+. */
  static ByteString bits(BitField field) {
    return ValueCodec.toProto(field.toRlePlus());
  }

  /** RLE+. */
  static BitField bits(ByteString bytes) {
    return BitField.fromRlePlus(ValueCodec.fromProto(bytes));
  }
}
