package io.granary.sharding.codec;

import akka.actor.ExtendedActorSystem;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.javadsl.Adapter;
import akka.serialization.SerializerWithStringManifest;
import com.google.protobuf.InvalidProtocolBufferException;
import io.granary.protocol.publish.PublicationStanding;
import io.granary.protocol.wire.DeadlineCommandProto;
import io.granary.protocol.wire.DeadlineReplyProto;
import io.granary.protocol.wire.DealCommandProto;
import io.granary.protocol.wire.DealReplyProto;
import io.granary.protocol.wire.MinerCommandProto;
import io.granary.protocol.wire.MinerReplyProto;
import io.granary.protocol.wire.PublicationStandingProto;
import io.granary.protocol.wire.PublisherCommandProto;
import io.granary.protocol.wire.PublisherReplyProto;
import io.granary.protocol.wire.SenderCommandProto;
import io.granary.protocol.wire.SenderReplyProto;
import io.granary.sharding.deadline.DeadlineCommand;
import io.granary.sharding.deadline.DeadlineReply;
import io.granary.sharding.deal.DealCommand;
import io.granary.sharding.deal.DealReply;
import io.granary.sharding.miner.MinerCommand;
import io.granary.sharding.miner.MinerReply;
import io.granary.sharding.publish.PublisherCommand;
import io.granary.sharding.publish.PublisherReply;
import io.granary.sharding.sender.SenderCommand;
import io.granary.sharding.sender.SenderReply;
import java.io.NotSerializableException;

/**
 * What senders, deadlines, miners, deals and publishers are told and answer, on the wire, as {@code
 * sender_commands.proto}, {@code deadline_commands.proto}, {@code miner_commands.proto}, {@code
 * deal_commands.proto} and {@code publisher_commands.proto} have it.
 */
public final class MoverSerializer extends SerializerWithStringManifest {
  /** Never changes: nodes of two releases talk to one another. */
  static final int IDENTIFIER = 0x67727302;

  static final String SENDER_COMMAND = "sender-command.1";
  static final String SENDER_REPLY = "sender-reply.1";
  static final String DEADLINE_COMMAND = "deadline-command.1";
  static final String DEADLINE_REPLY = "deadline-reply.1";
  static final String MINER_COMMAND = "miner-command.1";
  static final String MINER_REPLY = "miner-reply.1";
  static final String DEAL_COMMAND = "deal-command.1";
  static final String DEAL_REPLY = "deal-reply.1";
  static final String PUBLISHER_COMMAND = "publisher-command.1";
  static final String PUBLISHER_REPLY = "publisher-reply.1";
  static final String PUBLICATION_STANDING = "publication-standing.1";

  private final ExtendedActorSystem system;
  private final References references = new Resolving();

  /** Called by Akka, before actor references can be resolved. */
  public MoverSerializer(ExtendedActorSystem system) {
    this.system = system;
  }

  /** Actor references as text and back. */
  interface References {
    String name(ActorRef<?> reference);

    <T> ActorRef<T> reference(String name);
  }

  private final class Resolving implements References {
    @Override
    public String name(ActorRef<?> reference) {
      return resolver().toSerializationFormat(reference);
    }

    @Override
    public <T> ActorRef<T> reference(String name) {
      return resolver().resolveActorRef(name);
    }

    private ActorRefResolver resolver() {
      return ActorRefResolver.get(Adapter.toTyped(system));
    }
  }

  @Override
  public int identifier() {
    return IDENTIFIER;
  }

  @Override
  public String manifest(Object value) {
    if (value instanceof SenderCommand) {
      return SENDER_COMMAND;
    }
    if (value instanceof SenderReply) {
      return SENDER_REPLY;
    }
    if (value instanceof DeadlineCommand) {
      return DEADLINE_COMMAND;
    }
    if (value instanceof DeadlineReply) {
      return DEADLINE_REPLY;
    }
    if (value instanceof MinerCommand) {
      return MINER_COMMAND;
    }
    if (value instanceof MinerReply) {
      return MINER_REPLY;
    }
    if (value instanceof DealCommand) {
      return DEAL_COMMAND;
    }
    if (value instanceof DealReply) {
      return DEAL_REPLY;
    }
    if (value instanceof PublisherCommand) {
      return PUBLISHER_COMMAND;
    }
    if (value instanceof PublisherReply) {
      return PUBLISHER_REPLY;
    }
    if (value instanceof PublicationStanding) {
      return PUBLICATION_STANDING;
    }
    throw notOurs(value);
  }

  @Override
  public byte[] toBinary(Object value) {
    if (value instanceof SenderCommand command) {
      return SenderWireCodec.toProto(command, references).toByteArray();
    }
    if (value instanceof SenderReply reply) {
      return SenderWireCodec.toProto(reply).toByteArray();
    }
    if (value instanceof DeadlineCommand command) {
      return DeadlineWireCodec.toProto(command, references).toByteArray();
    }
    if (value instanceof DeadlineReply reply) {
      return DeadlineWireCodec.toProto(reply).toByteArray();
    }
    if (value instanceof MinerCommand command) {
      return MinerWireCodec.toProto(command, references).toByteArray();
    }
    if (value instanceof MinerReply reply) {
      return MinerWireCodec.toProto(reply).toByteArray();
    }
    if (value instanceof DealCommand command) {
      return DealWireCodec.toProto(command, references).toByteArray();
    }
    if (value instanceof DealReply reply) {
      return DealWireCodec.toProto(reply).toByteArray();
    }
    if (value instanceof PublisherCommand command) {
      return PublisherWireCodec.toProto(command, references).toByteArray();
    }
    if (value instanceof PublisherReply reply) {
      return PublisherWireCodec.toProto(reply).toByteArray();
    }
    if (value instanceof PublicationStanding standing) {
      return PublisherWireCodec.toProto(standing).toByteArray();
    }
    throw notOurs(value);
  }

  @Override
  public Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
    try {
      return switch (manifest) {
        case SENDER_COMMAND ->
            SenderWireCodec.fromProto(SenderCommandProto.parseFrom(bytes), references);
        case SENDER_REPLY -> SenderWireCodec.fromProto(SenderReplyProto.parseFrom(bytes));
        case DEADLINE_COMMAND ->
            DeadlineWireCodec.fromProto(DeadlineCommandProto.parseFrom(bytes), references);
        case DEADLINE_REPLY -> DeadlineWireCodec.fromProto(DeadlineReplyProto.parseFrom(bytes));
        case MINER_COMMAND ->
            MinerWireCodec.fromProto(MinerCommandProto.parseFrom(bytes), references);
        case MINER_REPLY -> MinerWireCodec.fromProto(MinerReplyProto.parseFrom(bytes));
        case DEAL_COMMAND -> DealWireCodec.fromProto(DealCommandProto.parseFrom(bytes), references);
        case DEAL_REPLY -> DealWireCodec.fromProto(DealReplyProto.parseFrom(bytes));
        case PUBLISHER_COMMAND ->
            PublisherWireCodec.fromProto(PublisherCommandProto.parseFrom(bytes), references);
        case PUBLISHER_REPLY -> PublisherWireCodec.fromProto(PublisherReplyProto.parseFrom(bytes));
        case PUBLICATION_STANDING ->
            PublisherWireCodec.fromProto(PublicationStandingProto.parseFrom(bytes));
        default -> throw new NotSerializableException("unknown manifest '" + manifest + "'");
      };
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      NotSerializableException refused =
          new NotSerializableException(manifest + ": " + e.getMessage());
      refused.initCause(e);
      throw refused;
    }
  }

  private static IllegalArgumentException notOurs(Object value) {
    return new IllegalArgumentException(
        "no message of a sender, deadline, miner, deal or publisher: "
            + value.getClass().getName());
  }
}
