package io.granary.persistence.codec;

import com.google.protobuf.ByteString;
import io.granary.protocol.Stamp;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.codec.JobCodec;
import io.granary.protocol.codec.ValueCodec;
import io.granary.protocol.deadline.DeadlineEvent.PartitionSectors;
import io.granary.protocol.deadline.DeadlineEvent.RehearsalDone;
import io.granary.protocol.job.JobOutput;
import io.granary.protocol.wire.PartitionSectorsProto;
import io.granary.protocol.wire.RehearsalDoneProto;
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

  static RehearsalDoneProto toProto(RehearsalDone done) {
    return RehearsalDoneProto.newBuilder()
        .setPartition(done.partition())
        .setSectors(done.sectors())
        .setFailing(bits(done.failing()))
        .setReasons(JobCodec.toProto(new JobOutput.VanillaProofs(List.of(), done.reasons())))
        .setProblem(done.problem())
        .setWorker(done.worker())
        .setVanillaMillis(done.vanillaMillis())
        .setSnarkMillis(done.snarkMillis())
        .build();
  }

  static RehearsalDone fromProto(RehearsalDoneProto proto, Stamp stamp) {
    if (JobCodec.fromProto(proto.getReasons()) instanceof JobOutput.VanillaProofs reasons) {
      return new RehearsalDone(
          proto.getPartition(),
          proto.getSectors(),
          bits(proto.getFailing()),
          reasons.unreadable(),
          proto.getProblem(),
          proto.getWorker(),
          proto.getVanillaMillis(),
          proto.getSnarkMillis(),
          stamp);
    }
    throw new IllegalArgumentException("rehearsal done: its reasons are another output");
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
