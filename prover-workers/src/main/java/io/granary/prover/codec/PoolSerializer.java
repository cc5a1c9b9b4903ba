package io.granary.prover.codec;

import akka.actor.ExtendedActorSystem;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.javadsl.Adapter;
import akka.serialization.SerializerWithStringManifest;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import io.granary.protocol.Epoch;
import io.granary.protocol.codec.JobCodec;
import io.granary.protocol.job.Recipient;
import io.granary.protocol.wire.AskIncarnationProto;
import io.granary.protocol.wire.AskJobProto;
import io.granary.protocol.wire.CancelJobProto;
import io.granary.protocol.wire.CarryReportProto;
import io.granary.protocol.wire.EndJobProto;
import io.granary.protocol.wire.HoldSectorsProto;
import io.granary.protocol.wire.IncarnationProto;
import io.granary.protocol.wire.IntroduceProto;
import io.granary.protocol.wire.PoolStatusProto;
import io.granary.protocol.wire.RefuseJobProto;
import io.granary.protocol.wire.RegisterWorkerProto;
import io.granary.protocol.wire.ReleaseWorkerProto;
import io.granary.protocol.wire.ReportAliveProto;
import io.granary.protocol.wire.RunJobProto;
import io.granary.protocol.wire.ShowPoolProto;
import io.granary.protocol.wire.StopJobProto;
import io.granary.protocol.wire.TellEpochProto;
import io.granary.protocol.wire.TestSelfProto;
import io.granary.prover.pool.JobDispatcher;
import io.granary.prover.pool.JobKey;
import io.granary.prover.pool.OperatorReports;
import io.granary.prover.pool.PoolMessage;
import io.granary.prover.pool.PoolStatus;
import io.granary.prover.pool.ProverWorker;
import java.io.NotSerializableException;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Serializes {@link PoolMessage}s. A manifest names the message and never changes its meaning; an
 * unknown one is refused by name.
 */
public final class PoolSerializer extends SerializerWithStringManifest {
  private static final int IDENTIFIER = 47_301;

  private static final String ASK = "ask";
  private static final String CANCEL = "cancel";
  private static final String REGISTER = "register";
  private static final String ALIVE = "alive";
  private static final String HOLD = "hold";
  private static final String END = "end";
  private static final String REFUSE = "refuse";
  private static final String SHOW = "show";
  private static final String RUN = "run";
  private static final String STOP = "stop";
  private static final String INTRODUCE = "introduce";
  private static final String STATUS = "status";
  private static final String RELEASE = "release";
  private static final String EPOCH = "epoch";
  private static final String ASK_INCARNATION = "ask-incarnation";
  private static final String INCARNATION = "incarnation";
  private static final String TEST_SELF = "test-self";
  private static final String CARRY = "carry";

  private final ActorRefResolver resolver;

  /** Called by Akka. */
  public PoolSerializer(ExtendedActorSystem system) {
    this.resolver = ActorRefResolver.get(Adapter.toTyped(system));
  }

  @Override
  public int identifier() {
    return IDENTIFIER;
  }

  @Override
  public String manifest(Object message) {
    if (message instanceof JobDispatcher.Ask) {
      return ASK;
    } else if (message instanceof JobDispatcher.Cancel) {
      return CANCEL;
    } else if (message instanceof JobDispatcher.RegisterWorker) {
      return REGISTER;
    } else if (message instanceof JobDispatcher.ReportAlive) {
      return ALIVE;
    } else if (message instanceof JobDispatcher.HoldSectors) {
      return HOLD;
    } else if (message instanceof JobDispatcher.EndJob) {
      return END;
    } else if (message instanceof JobDispatcher.RefuseJob) {
      return REFUSE;
    } else if (message instanceof JobDispatcher.ShowPool) {
      return SHOW;
    } else if (message instanceof ProverWorker.RunJob) {
      return RUN;
    } else if (message instanceof ProverWorker.StopJob) {
      return STOP;
    } else if (message instanceof ProverWorker.Introduce) {
      return INTRODUCE;
    } else if (message instanceof PoolStatus) {
      return STATUS;
    } else if (message instanceof JobDispatcher.ReleaseWorker) {
      return RELEASE;
    } else if (message instanceof JobDispatcher.TellEpoch) {
      return EPOCH;
    } else if (message instanceof JobDispatcher.AskIncarnation) {
      return ASK_INCARNATION;
    } else if (message instanceof JobDispatcher.Incarnation) {
      return INCARNATION;
    } else if (message instanceof ProverWorker.TestSelf) {
      return TEST_SELF;
    } else if (message instanceof OperatorReports.Carry) {
      return CARRY;
    }
    throw new IllegalArgumentException("no pool message: " + message.getClass().getName());
  }

  @Override
  public byte[] toBinary(Object message) {
    return toProto(message).toByteArray();
  }

  private MessageLite toProto(Object message) {
    if (message instanceof JobDispatcher.Ask m) {
      return AskJobProto.newBuilder().setRequest(JobCodec.toProto(m.request())).build();
    } else if (message instanceof JobDispatcher.Cancel m) {
      return CancelJobProto.newBuilder()
          .setKey(PoolCodec.toProto(new JobKey(m.id(), m.attempt())))
          .build();
    } else if (message instanceof JobDispatcher.RegisterWorker m) {
      return RegisterWorkerProto.newBuilder()
          .setWorker(PoolCodec.toProto(m.worker()))
          .addAllRunning(m.running().stream().map(PoolCodec::toProto).toList())
          .setRef(resolver.toSerializationFormat(m.ref()))
          .build();
    } else if (message instanceof JobDispatcher.ReportAlive m) {
      return ReportAliveProto.newBuilder()
          .setWorker(m.worker())
          .addAllRunning(m.running().stream().map(PoolCodec::toProto).toList())
          .setRef(resolver.toSerializationFormat(m.ref()))
          .build();
    } else if (message instanceof JobDispatcher.HoldSectors m) {
      return HoldSectorsProto.newBuilder()
          .setWorker(m.worker())
          .addAllAdded(m.added().stream().map(PoolCodec::toProto).toList())
          .addAllRemoved(m.removed().stream().map(PoolCodec::toProto).toList())
          .build();
    } else if (message instanceof JobDispatcher.EndJob m) {
      return PoolCodec.toProto(m);
    } else if (message instanceof JobDispatcher.RefuseJob m) {
      return RefuseJobProto.newBuilder()
          .setWorker(m.worker())
          .setKey(PoolCodec.toProto(m.key()))
          .build();
    } else if (message instanceof JobDispatcher.ShowPool m) {
      return ShowPoolProto.newBuilder()
          .setWaitingMax(m.waitingMax())
          .setReplyTo(resolver.toSerializationFormat(m.replyTo()))
          .build();
    } else if (message instanceof ProverWorker.RunJob m) {
      return PoolCodec.toProto(m);
    } else if (message instanceof ProverWorker.StopJob m) {
      return StopJobProto.newBuilder()
          .setKey(PoolCodec.toProto(new JobKey(m.id(), m.attempt())))
          .build();
    } else if (message instanceof ProverWorker.Introduce) {
      return IntroduceProto.getDefaultInstance();
    } else if (message instanceof PoolStatus m) {
      return PoolCodec.toProto(m);
    } else if (message instanceof JobDispatcher.ReleaseWorker m) {
      return ReleaseWorkerProto.newBuilder()
          .setWorker(m.worker())
          .setJobClass(PoolCodec.toProto(m.jobClass()))
          .build();
    } else if (message instanceof JobDispatcher.TellEpoch m) {
      return TellEpochProto.newBuilder().setEpoch(m.epoch().value()).build();
    } else if (message instanceof JobDispatcher.AskIncarnation m) {
      return AskIncarnationProto.newBuilder()
          .setReplyTo(resolver.toSerializationFormat(m.replyTo()))
          .build();
    } else if (message instanceof JobDispatcher.Incarnation m) {
      return IncarnationProto.newBuilder().setId(m.id()).build();
    } else if (message instanceof ProverWorker.TestSelf m) {
      return TestSelfProto.newBuilder().setJobClass(PoolCodec.toProto(m.jobClass())).build();
    } else if (message instanceof OperatorReports.Carry m) {
      return CarryReportProto.newBuilder()
          .setRecipient(JobCodec.toProto(m.recipient()))
          .setReport(JobCodec.toProto(m.report()))
          .build();
    }
    throw new IllegalArgumentException("no pool message: " + message.getClass().getName());
  }

  @Override
  public Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
    try {
      return read(bytes, manifest);
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      NotSerializableException refused =
          new NotSerializableException("pool message '" + manifest + "': " + e.getMessage());
      refused.initCause(e);
      throw refused;
    }
  }

  private PoolMessage read(byte[] bytes, String manifest) throws InvalidProtocolBufferException {
    return switch (manifest) {
      case ASK ->
          new JobDispatcher.Ask(JobCodec.fromProto(AskJobProto.parseFrom(bytes).getRequest()));
      case CANCEL -> {
        JobKey key = PoolCodec.fromProto(CancelJobProto.parseFrom(bytes).getKey());
        yield new JobDispatcher.Cancel(key.id(), key.attempt());
      }
      case REGISTER -> {
        RegisterWorkerProto proto = RegisterWorkerProto.parseFrom(bytes);
        yield new JobDispatcher.RegisterWorker(
            PoolCodec.fromProto(proto.getWorker()),
            proto.getRunningList().stream().map(PoolCodec::fromProto).toList(),
            worker(proto.getRef()));
      }
      case ALIVE -> {
        ReportAliveProto proto = ReportAliveProto.parseFrom(bytes);
        yield new JobDispatcher.ReportAlive(
            proto.getWorker(),
            proto.getRunningList().stream().map(PoolCodec::fromProto).collect(Collectors.toSet()),
            worker(proto.getRef()));
      }
      case HOLD -> {
        HoldSectorsProto proto = HoldSectorsProto.parseFrom(bytes);
        yield new JobDispatcher.HoldSectors(
            proto.getWorker(),
            proto.getAddedList().stream().map(PoolCodec::fromProto).toList(),
            proto.getRemovedList().stream().map(PoolCodec::fromProto).toList());
      }
      case END -> PoolCodec.fromProto(EndJobProto.parseFrom(bytes));
      case REFUSE -> {
        RefuseJobProto proto = RefuseJobProto.parseFrom(bytes);
        yield new JobDispatcher.RefuseJob(proto.getWorker(), PoolCodec.fromProto(proto.getKey()));
      }
      case SHOW -> {
        ShowPoolProto proto = ShowPoolProto.parseFrom(bytes);
        yield new JobDispatcher.ShowPool(
            proto.getWaitingMax(), resolver.<PoolStatus>resolveActorRef(proto.getReplyTo()));
      }
      case RUN -> PoolCodec.fromProto(RunJobProto.parseFrom(bytes));
      case STOP -> {
        JobKey key = PoolCodec.fromProto(StopJobProto.parseFrom(bytes).getKey());
        yield new ProverWorker.StopJob(key.id(), key.attempt());
      }
      case INTRODUCE -> new ProverWorker.Introduce();
      case STATUS -> PoolCodec.fromProto(PoolStatusProto.parseFrom(bytes));
      case RELEASE -> {
        ReleaseWorkerProto proto = ReleaseWorkerProto.parseFrom(bytes);
        yield new JobDispatcher.ReleaseWorker(
            proto.getWorker(), PoolCodec.fromProto(proto.getJobClass()));
      }
      case EPOCH ->
          new JobDispatcher.TellEpoch(new Epoch(TellEpochProto.parseFrom(bytes).getEpoch()));
      case ASK_INCARNATION ->
          new JobDispatcher.AskIncarnation(
              resolver.<JobDispatcher.Incarnation>resolveActorRef(
                  AskIncarnationProto.parseFrom(bytes).getReplyTo()));
      case INCARNATION -> new JobDispatcher.Incarnation(IncarnationProto.parseFrom(bytes).getId());
      case TEST_SELF ->
          new ProverWorker.TestSelf(
              PoolCodec.fromProto(TestSelfProto.parseFrom(bytes).getJobClass()));
      case CARRY -> carry(CarryReportProto.parseFrom(bytes));
      default -> throw new IllegalArgumentException("unknown manifest");
    };
  }

  private static OperatorReports.Carry carry(CarryReportProto proto) {
    if (!(JobCodec.fromProto(proto.getRecipient()) instanceof Recipient.Operator operator)) {
      throw new IllegalArgumentException("only reports for a node's request are carried");
    }
    return new OperatorReports.Carry(operator, JobCodec.fromProto(proto.getReport()));
  }

  private ActorRef<ProverWorker.Command> worker(String ref) {
    return resolver.resolveActorRef(ref);
  }

  /** Every manifest, for the test that walks them. */
  static List<String> manifests() {
    return List.of(
        ASK,
        CANCEL,
        REGISTER,
        ALIVE,
        HOLD,
        END,
        REFUSE,
        SHOW,
        RUN,
        STOP,
        INTRODUCE,
        STATUS,
        RELEASE,
        EPOCH,
        ASK_INCARNATION,
        INCARNATION,
        TEST_SELF,
        CARRY);
  }
}
