package io.granary.persistence.codec;

import com.google.protobuf.CodedInputStream;
import io.granary.protocol.Epoch;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.codec.EntityCodec;
import io.granary.protocol.codec.MessageCodec;
import io.granary.protocol.deadline.DeadlineEvent.PartitionSectors;
import io.granary.protocol.deadline.DeadlineEvent.RehearsalDone;
import io.granary.protocol.deadline.FaultBook;
import io.granary.protocol.deadline.ProvingDeadlineState;
import io.granary.protocol.deadline.RecoveryState;
import io.granary.protocol.deadline.Rehearsals;
import io.granary.protocol.wire.PartitionSectorsProto;
import io.granary.protocol.wire.RecoveryDeclaringStateProto;
import io.granary.protocol.wire.RecoveryNotDeclaredStateProto;
import io.granary.protocol.wire.RehearsalStateProto;
import io.granary.protocol.wire.RestingDeadlineStateProto;
import java.io.IOException;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Snapshots: a deadline between its runs, as {@code deadline_state.proto} has it. It takes none
 * during a run.
 */
public final class DeadlineStateCodec implements EventCodec<ProvingDeadlineState.Resting> {
  static final String MANIFEST = "deadline-state.1";

  @Override
  public Class<ProvingDeadlineState.Resting> type() {
    return ProvingDeadlineState.Resting.class;
  }

  @Override
  public Set<String> manifests() {
    return Set.of(MANIFEST);
  }

  @Override
  public String manifest(ProvingDeadlineState.Resting value) {
    return MANIFEST;
  }

  @Override
  public byte[] toBytes(ProvingDeadlineState.Resting state) {
    RestingDeadlineStateProto.Builder builder =
        RestingDeadlineStateProto.newBuilder()
            .setLastPeriodStart(state.lastPeriodStart().value())
            .setRan(state.ran());
    state
        .faults()
        .faulty()
        .forEach(
            (partition, sectors) ->
                builder.addFaulty(
                    PartitionSectorsProto.newBuilder()
                        .setPartition(partition)
                        .setSectors(DeadlineValues.bits(sectors))));
    state
        .rehearsals()
        .last()
        .values()
        .forEach(
            done ->
                builder.addRehearsals(
                    RehearsalStateProto.newBuilder()
                        .setStamp(EntityCodec.toProto(done.stamp()))
                        .setDone(DeadlineValues.toProto(done))));
    RecoveryState recovery = state.faults().recovery();
    if (recovery instanceof RecoveryState.NotDeclared none) {
      builder.setNotDeclared(
          RecoveryNotDeclaredStateProto.newBuilder()
              .setDeclarations(none.declarations())
              .setFailures(none.failures())
              .setNotBefore(none.notBefore().value()));
    } else if (recovery instanceof RecoveryState.Declaring declaring) {
      builder.setDeclaring(toProto(declaring));
    } else if (recovery instanceof RecoveryState.Declared declared) {
      builder.setDeclared(toProto(declared.declaring()));
    }
    return builder.build().toByteArray();
  }

  private static RecoveryDeclaringStateProto toProto(RecoveryState.Declaring declaring) {
    return RecoveryDeclaringStateProto.newBuilder()
        .setDeclarations(declaring.declarations())
        .setWindow(MessageCodec.toProto(declaring.window()))
        .addAllSectors(DeadlineValues.toProto(declaring.sectors()))
        .setIntent(MessageCodec.toProto(declaring.intent()))
        .setFailures(declaring.failures())
        .build();
  }

  @Override
  public ProvingDeadlineState.Resting fromBytes(String manifest, CodedInputStream in)
      throws IOException {
    RestingDeadlineStateProto proto = RestingDeadlineStateProto.parseFrom(in);
    SortedMap<Long, BitField> faulty = new TreeMap<>();
    for (PartitionSectors each : DeadlineValues.fromProto(proto.getFaultyList())) {
      faulty.put(each.partition(), each.sectors());
    }
    SortedMap<Long, RehearsalDone> rehearsals = new TreeMap<>();
    for (RehearsalStateProto each : proto.getRehearsalsList()) {
      rehearsals.put(
          each.getDone().getPartition(),
          DeadlineValues.fromProto(each.getDone(), EntityCodec.fromProto(each.getStamp())));
    }
    return new ProvingDeadlineState.Resting(
        new Epoch(proto.getLastPeriodStart()),
        proto.getRan(),
        new FaultBook(faulty, recovery(proto)),
        new Rehearsals(rehearsals));
  }

  private static RecoveryState recovery(RestingDeadlineStateProto proto) {
    return switch (proto.getRecoveryCase()) {
      case NOT_DECLARED ->
          new RecoveryState.NotDeclared(
              proto.getNotDeclared().getDeclarations(),
              proto.getNotDeclared().getFailures(),
              new Epoch(proto.getNotDeclared().getNotBefore()));
      case DECLARING -> declaring(proto.getDeclaring());
      case DECLARED -> new RecoveryState.Declared(declaring(proto.getDeclared()));
      case RECOVERY_NOT_SET ->
          throw new IllegalArgumentException("deadline state: no known recovery is set");
    };
  }

  private static RecoveryState.Declaring declaring(RecoveryDeclaringStateProto proto) {
    return new RecoveryState.Declaring(
        proto.getDeclarations(),
        MessageCodec.fromProto(proto.getWindow()),
        DeadlineValues.fromProto(proto.getSectorsList()),
        MessageCodec.fromProto(proto.getIntent()),
        proto.getFailures());
  }
}
