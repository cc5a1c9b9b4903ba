package io.granary.sharding.codec;

import akka.actor.ExtendedActorSystem;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.javadsl.Adapter;
import akka.serialization.SerializerWithStringManifest;
import com.google.protobuf.InvalidProtocolBufferException;
import io.granary.protocol.wire.SectorCommandProto;
import io.granary.protocol.wire.SectorReplyProto;
import io.granary.sharding.sector.SectorCommand;
import io.granary.sharding.sector.SectorReply;
import java.io.NotSerializableException;

/** What sectors are told and answer, on the wire, as {@code sector_commands.proto} has it. */
public final class SectorSerializer extends SerializerWithStringManifest {
  /** Never changes: nodes of two releases talk to one another. */
  static final int IDENTIFIER = 0x67727301;

  static final String COMMAND = "sector-command.1";
  static final String REPLY = "sector-reply.1";

  private final ExtendedActorSystem system;

  /** Called by Akka, before actor references can be resolved. */
  public SectorSerializer(ExtendedActorSystem system) {
    this.system = system;
  }

  @Override
  public int identifier() {
    return IDENTIFIER;
  }

  @Override
  public String manifest(Object value) {
    if (value instanceof SectorCommand) {
      return COMMAND;
    }
    if (value instanceof SectorReply) {
      return REPLY;
    }
    throw new IllegalArgumentException("no sector message: " + value.getClass().getName());
  }

  @Override
  public byte[] toBinary(Object value) {
    if (value instanceof SectorCommand command) {
      return SectorCommandCodec.toProto(command, this::name).toByteArray();
    }
    if (value instanceof SectorReply reply) {
      return SectorReplyCodec.toProto(reply).toByteArray();
    }
    throw new IllegalArgumentException("no sector message: " + value.getClass().getName());
  }

  @Override
  public Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
    try {
      return switch (manifest) {
        case COMMAND ->
            SectorCommandCodec.fromProto(SectorCommandProto.parseFrom(bytes), this::reference);
        case REPLY -> SectorReplyCodec.fromProto(SectorReplyProto.parseFrom(bytes));
        default ->
            throw new NotSerializableException(
                "unknown manifest '" + manifest + "' of a sector message");
      };
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      NotSerializableException refused =
          new NotSerializableException(manifest + ": " + e.getMessage());
      refused.initCause(e);
      throw refused;
    }
  }

  private String name(ActorRef<SectorReply> reference) {
    return resolver().toSerializationFormat(reference);
  }

  private ActorRef<SectorReply> reference(String name) {
    return resolver().resolveActorRef(name);
  }

  private ActorRefResolver resolver() {
    return ActorRefResolver.get(Adapter.toTyped(system));
  }
}
