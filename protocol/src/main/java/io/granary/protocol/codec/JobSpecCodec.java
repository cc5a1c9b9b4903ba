package io.granary.protocol.codec;

import static io.granary.protocol.codec.ValueCodec.commitmentFromProto;
import static io.granary.protocol.codec.ValueCodec.notNegative;
import static io.granary.protocol.codec.ValueCodec.piecesFromProto;
import static io.granary.protocol.codec.ValueCodec.piecesToProto;

import io.granary.protocol.ActorId;
import io.granary.protocol.RegisteredPoStProof;
import io.granary.protocol.RegisteredSealProof;
import io.granary.protocol.SectorId;
import io.granary.protocol.job.JobSpec;
import io.granary.protocol.job.ReplicaRef;
import io.granary.protocol.wire.AddPieceSpecProto;
import io.granary.protocol.wire.CheckReplicaSpecProto;
import io.granary.protocol.wire.Commit1SpecProto;
import io.granary.protocol.wire.Commit2SpecProto;
import io.granary.protocol.wire.DropUnsealedSpecProto;
import io.granary.protocol.wire.FinalizeSpecProto;
import io.granary.protocol.wire.JobSectorProto;
import io.granary.protocol.wire.JobSpecProto;
import io.granary.protocol.wire.PreCommit1SpecProto;
import io.granary.protocol.wire.PreCommit2SpecProto;
import io.granary.protocol.wire.RemoveFilesSpecProto;
import io.granary.protocol.wire.UnsealSpecProto;
import io.granary.protocol.wire.WindowPoStPartitionProto;
import io.granary.protocol.wire.WindowPoStSnarkSpecProto;
import io.granary.protocol.wire.WindowPoStVanillaSpecProto;
import java.util.List;

/** {@link JobSpec} as {@code jobs.proto} has it. */
final class JobSpecCodec {
  private JobSpecCodec() {}

  static JobSpecProto toProto(JobSpec spec) {
    JobSpecProto.Builder builder = JobSpecProto.newBuilder();
    if (spec instanceof JobSpec.OfSector ofSector) {
      setOfSector(builder, ofSector);
    } else if (spec instanceof JobSpec.WindowPoStVanilla vanilla) {
      builder.setWindowPostVanilla(
          WindowPoStVanillaSpecProto.newBuilder().setPartition(partition(vanilla)));
    } else if (spec instanceof JobSpec.WindowPoStSnark snark) {
      builder.setWindowPostSnark(
          WindowPoStSnarkSpecProto.newBuilder()
              .setPartition(partition(snark))
              .addAllVanilla(snark.vanilla().stream().map(ValueCodec::toProto).toList()));
    }
    return builder.build();
  }

  private static void setOfSector(JobSpecProto.Builder builder, JobSpec.OfSector spec) {
    JobSectorProto sector =
        JobSectorProto.newBuilder()
            .setId(ValueCodec.toProto(spec.sector()))
            .setSealProof(spec.sealProof().number())
            .build();
    if (spec instanceof JobSpec.AddPiece add) {
      builder.setAddPiece(
          AddPieceSpecProto.newBuilder()
              .setSector(sector)
              .addAllExisting(piecesToProto(add.existing()))
              .setSource(add.source())
              .setPayloadBytes(add.payloadBytes())
              .setPiecePaddedBytes(add.piecePaddedBytes()));
    } else if (spec instanceof JobSpec.PreCommit1 pc1) {
      builder.setPreCommit1(
          PreCommit1SpecProto.newBuilder()
              .setSector(sector)
              .setTicket(ValueCodec.toProto(pc1.ticket()))
              .addAllPieces(piecesToProto(pc1.pieces())));
    } else if (spec instanceof JobSpec.PreCommit2 pc2) {
      builder.setPreCommit2(
          PreCommit2SpecProto.newBuilder()
              .setSector(sector)
              .setTicket(ValueCodec.toProto(pc2.ticket()))
              .addAllPieces(piecesToProto(pc2.pieces())));
    } else if (spec instanceof JobSpec.Commit1 c1) {
      builder.setCommit1(
          Commit1SpecProto.newBuilder()
              .setSector(sector)
              .setTicket(ValueCodec.toProto(c1.ticket()))
              .setSeed(ValueCodec.toProto(c1.seed()))
              .setCommR(ValueCodec.toProto(c1.commR()))
              .setCommD(ValueCodec.toProto(c1.commD()))
              .addAllPieces(piecesToProto(c1.pieces())));
    } else if (spec instanceof JobSpec.Commit2 c2) {
      builder.setCommit2(
          Commit2SpecProto.newBuilder()
              .setSector(sector)
              .setTicket(ValueCodec.toProto(c2.ticket()))
              .setSeed(ValueCodec.toProto(c2.seed()))
              .setCommR(ValueCodec.toProto(c2.commR()))
              .setCommD(ValueCodec.toProto(c2.commD()))
              .setCommit1(ValueCodec.toProto(c2.commit1())));
    } else if (spec instanceof JobSpec.Finalize) {
      builder.setFinalize(FinalizeSpecProto.newBuilder().setSector(sector));
    } else if (spec instanceof JobSpec.CheckReplica check) {
      builder.setCheckReplica(
          CheckReplicaSpecProto.newBuilder()
              .setSector(sector)
              .setSealed(ValueCodec.toProto(check.sealed()))
              .setRandomness(ValueCodec.toProto(check.randomness())));
    } else if (spec instanceof JobSpec.Unseal unseal) {
      builder.setUnseal(
          UnsealSpecProto.newBuilder()
              .setSector(sector)
              .setTicket(ValueCodec.toProto(unseal.ticket()))
              .setCommD(ValueCodec.toProto(unseal.commD()))
              .setOffset(unseal.offset())
              .setLength(unseal.length()));
    } else if (spec instanceof JobSpec.RemoveFiles) {
      builder.setRemoveFiles(RemoveFilesSpecProto.newBuilder().setSector(sector));
    } else if (spec instanceof JobSpec.DropUnsealed drop) {
      builder.setDropUnsealed(
          DropUnsealedSpecProto.newBuilder()
              .setSector(sector)
              .setSealed(ValueCodec.toProto(drop.sealed()))
              .setRandomness(ValueCodec.toProto(drop.randomness())));
    }
  }

  static JobSpec fromProto(JobSpecProto proto) {
    return switch (proto.getKindCase()) {
      case ADD_PIECE -> addPiece(proto.getAddPiece());
      case PRE_COMMIT1 -> {
        PreCommit1SpecProto p = proto.getPreCommit1();
        yield new JobSpec.PreCommit1(
            sector(p.getSector()),
            sealProof(p.getSector()),
            ValueCodec.fromProto(p.getTicket()),
            piecesFromProto(p.getPiecesList()));
      }
      case PRE_COMMIT2 -> {
        PreCommit2SpecProto p = proto.getPreCommit2();
        yield new JobSpec.PreCommit2(
            sector(p.getSector()),
            sealProof(p.getSector()),
            ValueCodec.fromProto(p.getTicket()),
            piecesFromProto(p.getPiecesList()));
      }
      case COMMIT1 -> commit1(proto.getCommit1());
      case COMMIT2 -> commit2(proto.getCommit2());
      case FINALIZE ->
          new JobSpec.Finalize(
              sector(proto.getFinalize().getSector()), sealProof(proto.getFinalize().getSector()));
      case CHECK_REPLICA -> {
        CheckReplicaSpecProto p = proto.getCheckReplica();
        yield new JobSpec.CheckReplica(
            sector(p.getSector()),
            sealProof(p.getSector()),
            commitmentFromProto(p.getSealed()),
            ValueCodec.fromProto(p.getRandomness()));
      }
      case UNSEAL -> unseal(proto.getUnseal());
      case REMOVE_FILES ->
          new JobSpec.RemoveFiles(
              sector(proto.getRemoveFiles().getSector()),
              sealProof(proto.getRemoveFiles().getSector()));
      case DROP_UNSEALED -> {
        DropUnsealedSpecProto p = proto.getDropUnsealed();
        yield new JobSpec.DropUnsealed(
            sector(p.getSector()),
            sealProof(p.getSector()),
            commitmentFromProto(p.getSealed()),
            ValueCodec.fromProto(p.getRandomness()));
      }
      case WINDOW_POST_VANILLA -> vanilla(proto.getWindowPostVanilla().getPartition());
      case WINDOW_POST_SNARK -> snark(proto.getWindowPostSnark());
      case KIND_NOT_SET -> throw new IllegalArgumentException("job spec: no known kind is set");
    };
  }

  private static JobSpec addPiece(AddPieceSpecProto p) {
    return new JobSpec.AddPiece(
        sector(p.getSector()),
        sealProof(p.getSector()),
        piecesFromProto(p.getExistingList()),
        p.getSource(),
        notNegative(p.getPayloadBytes(), "payload bytes"),
        notNegative(p.getPiecePaddedBytes(), "piece padded bytes"));
  }

  private static JobSpec commit1(Commit1SpecProto p) {
    return new JobSpec.Commit1(
        sector(p.getSector()),
        sealProof(p.getSector()),
        ValueCodec.fromProto(p.getTicket()),
        ValueCodec.fromProto(p.getSeed()),
        commitmentFromProto(p.getCommR()),
        commitmentFromProto(p.getCommD()),
        piecesFromProto(p.getPiecesList()));
  }

  private static JobSpec commit2(Commit2SpecProto p) {
    return new JobSpec.Commit2(
        sector(p.getSector()),
        sealProof(p.getSector()),
        ValueCodec.fromProto(p.getTicket()),
        ValueCodec.fromProto(p.getSeed()),
        commitmentFromProto(p.getCommR()),
        commitmentFromProto(p.getCommD()),
        ValueCodec.fromProto(p.getCommit1()));
  }

  private static JobSpec unseal(UnsealSpecProto p) {
    return new JobSpec.Unseal(
        sector(p.getSector()),
        sealProof(p.getSector()),
        ValueCodec.fromProto(p.getTicket()),
        commitmentFromProto(p.getCommD()),
        notNegative(p.getOffset(), "offset"),
        notNegative(p.getLength(), "length"));
  }

  private static JobSpec vanilla(WindowPoStPartitionProto p) {
    return new JobSpec.WindowPoStVanilla(
        new ActorId(p.getMiner()),
        new RegisteredPoStProof(p.getPostProof()),
        notNegative(p.getDeadline(), "deadline"),
        notNegative(p.getPartition(), "partition"),
        ValueCodec.fromProto(p.getRandomness()),
        replicas(p));
  }

  private static JobSpec snark(WindowPoStSnarkSpecProto proto) {
    WindowPoStPartitionProto p = proto.getPartition();
    return new JobSpec.WindowPoStSnark(
        new ActorId(p.getMiner()),
        new RegisteredPoStProof(p.getPostProof()),
        notNegative(p.getDeadline(), "deadline"),
        notNegative(p.getPartition(), "partition"),
        ValueCodec.fromProto(p.getRandomness()),
        replicas(p),
        proto.getVanillaList().stream().map(ValueCodec::fromProto).toList());
  }

  private static List<ReplicaRef> replicas(WindowPoStPartitionProto p) {
    return p.getSectorsList().stream().map(ValueCodec::fromProto).toList();
  }

  private static WindowPoStPartitionProto partition(JobSpec.WindowPoStVanilla spec) {
    return partition(spec.miner(), spec.postProof(), spec.deadline(), spec.partition())
        .setRandomness(ValueCodec.toProto(spec.randomness()))
        .addAllSectors(spec.sectors().stream().map(ValueCodec::toProto).toList())
        .build();
  }

  private static WindowPoStPartitionProto partition(JobSpec.WindowPoStSnark spec) {
    return partition(spec.miner(), spec.postProof(), spec.deadline(), spec.partition())
        .setRandomness(ValueCodec.toProto(spec.randomness()))
        .addAllSectors(spec.sectors().stream().map(ValueCodec::toProto).toList())
        .build();
  }

  private static WindowPoStPartitionProto.Builder partition(
      ActorId miner, RegisteredPoStProof postProof, long deadline, long partition) {
    return WindowPoStPartitionProto.newBuilder()
        .setMiner(miner.value())
        .setPostProof(postProof.number())
        .setDeadline(deadline)
        .setPartition(partition);
  }

  private static SectorId sector(JobSectorProto proto) {
    return ValueCodec.fromProto(proto.getId());
  }

  private static RegisteredSealProof sealProof(JobSectorProto proto) {
    return new RegisteredSealProof(proto.getSealProof());
  }
}
