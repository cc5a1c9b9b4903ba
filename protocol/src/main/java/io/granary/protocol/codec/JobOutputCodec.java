package io.granary.protocol.codec;

import static io.granary.protocol.codec.ValueCodec.commitmentFromProto;

import io.granary.protocol.SectorNumber;
import io.granary.protocol.job.JobOutput;
import io.granary.protocol.wire.Commit1DoneProto;
import io.granary.protocol.wire.Commit2DoneProto;
import io.granary.protocol.wire.FilesRemovedProto;
import io.granary.protocol.wire.FinalizedProto;
import io.granary.protocol.wire.JobOutputProto;
import io.granary.protocol.wire.PieceAddedProto;
import io.granary.protocol.wire.PreCommit1DoneProto;
import io.granary.protocol.wire.PreCommit2DoneProto;
import io.granary.protocol.wire.ProvenSectorProto;
import io.granary.protocol.wire.ReplicaCheckedProto;
import io.granary.protocol.wire.UnreadableSectorProto;
import io.granary.protocol.wire.UnsealedDroppedProto;
import io.granary.protocol.wire.UnsealedProto;
import io.granary.protocol.wire.VanillaProofsProto;
import io.granary.protocol.wire.WindowPoStDoneProto;

/** {@link JobOutput} as {@code jobs.proto} has it. */
final class JobOutputCodec {
  private JobOutputCodec() {}

  static JobOutputProto toProto(JobOutput output) {
    JobOutputProto.Builder builder = JobOutputProto.newBuilder();
    if (output instanceof JobOutput.PieceAdded added) {
      builder.setPieceAdded(
          PieceAddedProto.newBuilder()
              .setPiece(ValueCodec.toProto(added.piece()))
              .setUnsealed(ValueCodec.toProto(added.unsealed())));
    } else if (output instanceof JobOutput.PreCommit1Done pc1) {
      builder.setPreCommit1Done(
          PreCommit1DoneProto.newBuilder().setCache(ValueCodec.toProto(pc1.cache())));
    } else if (output instanceof JobOutput.PreCommit2Done pc2) {
      builder.setPreCommit2Done(
          PreCommit2DoneProto.newBuilder()
              .setCommR(ValueCodec.toProto(pc2.commR()))
              .setCommD(ValueCodec.toProto(pc2.commD()))
              .setSealed(ValueCodec.toProto(pc2.sealed()))
              .setCache(ValueCodec.toProto(pc2.cache())));
    } else if (output instanceof JobOutput.Commit1Done c1) {
      builder.setCommit1Done(
          Commit1DoneProto.newBuilder().setRecord(ValueCodec.toProto(c1.record())));
    } else if (output instanceof JobOutput.Commit2Done c2) {
      builder.setCommit2Done(
          Commit2DoneProto.newBuilder().setProof(ValueCodec.toProto(c2.proof())));
    } else if (output instanceof JobOutput.Finalized) {
      builder.setFinalized(FinalizedProto.getDefaultInstance());
    } else if (output instanceof JobOutput.ReplicaChecked) {
      builder.setReplicaChecked(ReplicaCheckedProto.getDefaultInstance());
    } else if (output instanceof JobOutput.Unsealed unsealed) {
      builder.setUnsealed(UnsealedProto.newBuilder().setFile(ValueCodec.toProto(unsealed.file())));
    } else if (output instanceof JobOutput.FilesRemoved) {
      builder.setFilesRemoved(FilesRemovedProto.getDefaultInstance());
    } else if (output instanceof JobOutput.UnsealedDropped) {
      builder.setUnsealedDropped(UnsealedDroppedProto.getDefaultInstance());
    } else if (output instanceof JobOutput.VanillaProofs proofs) {
      builder.setVanillaProofs(vanillaProofs(proofs));
    } else if (output instanceof JobOutput.WindowPoStDone done) {
      builder.setWindowPostDone(
          WindowPoStDoneProto.newBuilder().setProof(ValueCodec.toProto(done.proof())));
    }
    return builder.build();
  }

  static JobOutput fromProto(JobOutputProto proto) {
    return switch (proto.getKindCase()) {
      case PIECE_ADDED ->
          new JobOutput.PieceAdded(
              ValueCodec.fromProto(proto.getPieceAdded().getPiece()),
              ValueCodec.fromProto(proto.getPieceAdded().getUnsealed()));
      case PRE_COMMIT1_DONE ->
          new JobOutput.PreCommit1Done(ValueCodec.fromProto(proto.getPreCommit1Done().getCache()));
      case PRE_COMMIT2_DONE -> {
        PreCommit2DoneProto p = proto.getPreCommit2Done();
        yield new JobOutput.PreCommit2Done(
            commitmentFromProto(p.getCommR()),
            commitmentFromProto(p.getCommD()),
            ValueCodec.fromProto(p.getSealed()),
            ValueCodec.fromProto(p.getCache()));
      }
      case COMMIT1_DONE ->
          new JobOutput.Commit1Done(ValueCodec.fromProto(proto.getCommit1Done().getRecord()));
      case COMMIT2_DONE ->
          new JobOutput.Commit2Done(ValueCodec.fromProto(proto.getCommit2Done().getProof()));
      case FINALIZED -> new JobOutput.Finalized();
      case REPLICA_CHECKED -> new JobOutput.ReplicaChecked();
      case UNSEALED -> new JobOutput.Unsealed(ValueCodec.fromProto(proto.getUnsealed().getFile()));
      case FILES_REMOVED -> new JobOutput.FilesRemoved();
      case UNSEALED_DROPPED -> new JobOutput.UnsealedDropped();
      case VANILLA_PROOFS -> vanillaProofs(proto.getVanillaProofs());
      case WINDOW_POST_DONE ->
          new JobOutput.WindowPoStDone(ValueCodec.fromProto(proto.getWindowPostDone().getProof()));
      case KIND_NOT_SET -> throw new IllegalArgumentException("job output: no known kind is set");
    };
  }

  private static VanillaProofsProto vanillaProofs(JobOutput.VanillaProofs proofs) {
    VanillaProofsProto.Builder builder = VanillaProofsProto.newBuilder();
    for (JobOutput.VanillaProofs.Proven proven : proofs.proven()) {
      builder.addProven(
          ProvenSectorProto.newBuilder()
              .setSector(proven.sector().value())
              .setProof(ValueCodec.toProto(proven.proof())));
    }
    for (JobOutput.VanillaProofs.Unreadable unreadable : proofs.unreadable()) {
      builder.addUnreadable(
          UnreadableSectorProto.newBuilder()
              .setSector(unreadable.sector().value())
              .setReason(unreadable.reason()));
    }
    return builder.build();
  }

  private static JobOutput vanillaProofs(VanillaProofsProto proto) {
    return new JobOutput.VanillaProofs(
        proto.getProvenList().stream()
            .map(
                p ->
                    new JobOutput.VanillaProofs.Proven(
                        new SectorNumber(p.getSector()), ValueCodec.fromProto(p.getProof())))
            .toList(),
        proto.getUnreadableList().stream()
            .map(
                u ->
                    new JobOutput.VanillaProofs.Unreadable(
                        new SectorNumber(u.getSector()), u.getReason()))
            .toList());
  }
}
